import type { Ask, SlotClock, Taken } from "./slot-clock.ts";
import { nextSlot, spacingOf, total } from "./window.ts";

/** A batch that has not asked this long after its slot has lost its turn. */
const turnGraceMilliseconds = 20;
/** How much too early an ask may come. */
const earlyMilliseconds = 10;
/** Turns of faster senders are over before a place in line could be of use. */
const shortestTurnMilliseconds = 30;
/** How far off a slot may be to be waited for inside a function; three batches of a slow sender fit in. */
export function horizonOf(mps: number): number {
  return Math.min(40_000, Math.max(20_000, 3.5 * spacingOf(mps)));
}

type Turn = SlotClock["line"][number];

/** Where a batch stands. */
export interface PlaceInLine {
  /** When its first slot is to be expected. */
  readonly from: number;
  readonly before: readonly Turn[];
  readonly after: readonly Turn[];
  readonly isNew: boolean;
}

/** Batches that did not ask in time have lost their turn; one that has none stands behind all others. */
export function placeInLine(clock: SlotClock, { by, now }: Ask, mps: number): PlaceInLine {
  const mine = clock.line.findIndex(({ of }) => of === by);
  const isNew = mine < 0;
  let from = nextSlot(clock, by, now, mps);
  const before: Turn[] = [];
  for (const turn of isNew ? clock.line : clock.line.slice(0, mine)) {
    if (from + turnGraceMilliseconds <= now) continue;
    before.push(turn);
    from += turn.segments * spacingOf(mps);
  }
  const after = isNew ? [] : clock.line.slice(mine + 1);
  return { from, before, after, isNew };
}

/** Whether the batch has to wait: slots are taken just before they come, so that urgent messages find the next one free. */
export function isEarly({ from }: PlaceInLine, { ahead, now }: Ask): boolean {
  return from - ahead > now + earlyMilliseconds;
}

/** Waits for the batches before it; where turns are long enough to be worth a write, at a place of its own. */
export function standInLine(
  clock: SlotClock,
  ask: Ask,
  { from, before, isNew }: PlaceInLine,
  mps: number,
): Taken {
  if (from > ask.now + horizonOf(mps)) return { is: "later", until: from - horizonOf(mps) / 2 };
  // Those who wait for the same slot do not all come at the same moment.
  const until = from - ask.ahead - earlyMilliseconds * shareOf(ask.by);
  const isBehind = before.length > 0;
  if (!isNew || !isBehind || spacingOf(mps) < shortestTurnMilliseconds) return { is: "in-line", until };
  const line = [...before, { of: ask.by, segments: total(ask.segments) + ask.toCome }];
  return { is: "in-line", until, clock: { ...clock, version: clock.version + 1, line } };
}

/** A batch that has asked for its last slots leaves the line, and those before it who did not come. */
export function lineAfter({ after }: PlaceInLine, { by, toCome }: Ask): Turn[] {
  return toCome > 0 ? [{ of: by, segments: toCome }, ...after] : [...after];
}

/** A number from 0 to 1 that is a name's own. */
export function shareOf(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1)
    hash = (Math.imul(hash, 31) + name.charCodeAt(index)) >>> 0;
  return (hash % 1024) / 1024;
}
