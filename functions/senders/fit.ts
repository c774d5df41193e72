import type { Ask } from "./slot-clock.ts";
import { isAllowed, type Offer } from "./turn.ts";
import type { Shape } from "./window.ts";

/** A message and the tracks its segments start on, all at the same moment. */
export interface Fit {
  readonly index: number;
  readonly at: number;
  readonly offers: readonly Offer[];
}

/** Tracks due within this time of each other count as due at once. */
const atOnceMilliseconds = 3;

/** Which message starts on which tracks: of what is due at once as much as possible is used, the longest text first. */
export function fitting(
  offers: readonly Offer[],
  ask: Ask,
  { most, shape }: { readonly most: number; readonly shape: Shape },
): readonly Fit[] {
  const sorted = offers.toSorted((one, other) => one.at - other.at);
  const first = sorted.find((offer) => isAllowed(offer, ask));
  if (!first) return [];
  const end = first.at + (most * shape.milliseconds) / shape.segments;
  // Whoever did not ask for the first one did not ask for the next either.
  const isOpen = ({ isMine, isIdle, by, at }: Offer) =>
    (isMine || isIdle || by === first.by) && at >= first.at && at < end;
  let free = sorted.filter((offer) => isAllowed(offer, ask) || isOpen(offer));
  let waiting = ask.segments.map((segments, index) => ({
    index,
    segments: Math.min(segments, shape.segments),
  }));
  const fits: Fit[] = [];
  let taken = 0;
  while (taken < most && waiting.length > 0 && free.length > 0) {
    const due = free[0]?.at ?? 0;
    const block = free.filter(({ at }) => at <= due + atOnceMilliseconds);
    const room = seatsOf(block);
    const next = longest(waiting.filter(({ segments }) => segments <= room));
    const some = next ? tracksFor(next.segments, block) : [];
    if (!next || some.length === 0) {
      if (fits.length > 0) break;
      return gathered(sorted, waiting, ask);
    }
    const used = new Set(some.map(({ index }) => index));
    let rest = next.segments;
    free = free.flatMap((offer) => {
      if (!used.has(offer.index)) return [offer];
      const left = offer.seats - Math.min(rest, offer.seats);
      rest -= Math.min(rest, offer.seats);
      return left > 0 ? [{ ...offer, seats: left }] : [];
    });
    waiting = waiting.filter(({ index }) => index !== next.index);
    fits.push({ index: next.index, at: startOn(some), offers: some });
    taken += next.segments;
  }
  return fits;
}

interface Waiting {
  readonly index: number;
  readonly segments: number;
}

function longest(waiting: readonly Waiting[]): Waiting | undefined {
  return waiting.reduce<Waiting | undefined>(
    (one, other) => (one && one.segments >= other.segments ? one : other),
    undefined,
  );
}

/** The track that has just enough room, or as many as it takes. */
function tracksFor(segments: number, block: readonly Offer[]): readonly Offer[] {
  const enough = block
    .filter(({ seats }) => seats >= segments)
    .toSorted((one, other) => one.seats - other.seats);
  if (enough[0]) return [enough[0]];
  const some: Offer[] = [];
  for (const offer of block) {
    if (seatsOf(some) >= segments) break;
    some.push(offer);
  }
  return some;
}

/** Nothing is short enough for what is due at once: the shortest text gathers tracks until they are enough. */
function gathered(sorted: readonly Offer[], waiting: readonly Waiting[], ask: Ask): readonly Fit[] {
  const shortest = waiting.reduce<Waiting | undefined>(
    (one, other) => (one && one.segments <= other.segments ? one : other),
    undefined,
  );
  const from = sorted.findIndex((offer) => isAllowed(offer, ask));
  if (!shortest || from < 0) return [];
  const some = tracksFor(shortest.segments, sorted.slice(from));
  if (seatsOf(some) < shortest.segments) return [];
  return [{ index: shortest.index, at: startOn(some), offers: some }];
}

/** All at the same moment: that of the first, or when the last of them is free. */
function startOn(some: readonly Offer[]): number {
  return Math.max(some[0]?.at ?? 0, ...some.map(({ free }) => free));
}

function seatsOf(offers: readonly Offer[]): number {
  return offers.reduce((sum, { seats }) => sum + seats, 0);
}
