import * as z from "zod";
import { nextDayAt, zoneDayAt } from "../platform/zone-time.ts";

/** One call that was given a time: when it starts, how many segments it carries, who makes it. */
const Start = z.object({
  at: z.number(),
  segments: z.number().int().min(1),
  by: z.string(),
  /** Milliseconds by which the call may start later than that. */
  slack: z.number().min(0),
});
/** One call that was given a time. */
export type Start = z.infer<typeof Start>;

/** The slot clock of a sender: one item that every worker of the sender takes its times from. */
export const SlotClock = z.object({
  version: z.number().int(),
  /** When the next segment would go if all went evenly. */
  even: z.number(),
  /** Calls that still count in the window. */
  starts: z.array(Start),
  /** The worker whose batch is on its way; the others wait in line until then. */
  turn: z.object({ of: z.string(), until: z.number() }).optional(),
  /** Segments given out on the day that the cap counts. */
  day: z.object({ name: z.string(), used: z.number().int() }).optional(),
  /** Set while an operator has stopped the sender. */
  paused: z.object({ reason: z.string(), since: z.number().int() }).optional(),
  /** Rate an operator has set below the declared one. */
  mps: z.number().positive().optional(),
});
/** The slot clock of a sender. */
export type SlotClock = z.infer<typeof SlotClock>;

/** The clock of a sender that has never sent. */
export const newClock: SlotClock = { version: 0, even: 0, starts: [] };

/** What a worker asks of the clock. */
export interface Ask {
  readonly by: string;
  readonly now: number;
  /** Segments of each message, in their order. */
  readonly segments: readonly number[];
  /** Segments of the same batch that are asked for next. */
  readonly toCome: number;
  /** Urgent messages do not wait in line. */
  readonly isUrgent: boolean;
  /** Declared rate in segments per second. */
  readonly mps: number;
  /** Milliseconds until the worker can make use of the answer. */
  readonly lead: number;
  /** Milliseconds by which the worker's timers may be late. */
  readonly slack: number;
  /** Times of earlier asks that turned out differently; a call that was not made has no `actual`. */
  readonly corrections: readonly Correction[];
  /** Most segments on a day, by the calendar of a zone. */
  readonly cap?: { readonly segments: number; readonly zone: string } | undefined;
}

/** A planned call and when it really started. */
export interface Correction {
  readonly planned: number;
  readonly actual?: number;
}

/** What the clock answers; `clock` is its next version, to be written before a slot is used. */
export type Taken =
  | { readonly is: "slots"; readonly clock: SlotClock; readonly starts: readonly number[] }
  /** Somebody else's batch is on its way, or the next slot is too far off to wait for it inside a function. */
  | { readonly is: "in-line" | "later"; readonly until: number }
  | { readonly is: "closed"; readonly until?: number; readonly reason: "paused" | "daily-cap" };

/** Clocks of two machines may differ by this much: Amazon Time Sync keeps them well within a millisecond. */
const guardMilliseconds = 1;
/** Lost time that may be caught up, as far as the window allows: a stalled sender must not lose its rate. */
const creditMilliseconds = 1000;
/** How far off a slot may be to be waited for inside a function; three batches of a slow sender fit in. */
export function horizonOf(mps: number): number {
  return Math.min(40_000, Math.max(20_000, 3.5 * spacingOf(mps)));
}

/** Takes the next slots. The segments that start within any window never exceed what the rate allows in it. */
export function takeSlots(seen: SlotClock, ask: Ask): Taken {
  const clock = corrected(seen, ask);
  if (clock.paused) return { is: "closed", reason: "paused" };
  const isOthersTurn = clock.turn && clock.turn.of !== ask.by && clock.turn.until - ask.lead > ask.now;
  if (clock.turn && isOthersTurn && !ask.isUrgent)
    return { is: "in-line", until: clock.turn.until - ask.lead };
  const mps = Math.min(ask.mps, clock.mps ?? ask.mps);
  const capped = withinCap(clock, ask);
  if (capped.is === "closed") return capped;
  const { starts, even } = placed(clock, ask, mps);
  const [first = ask.now] = starts;
  if (first > ask.now + horizonOf(mps)) return { is: "later", until: first - horizonOf(mps) / 2 };
  const until = (starts.at(-1) ?? ask.now) + (ask.toCome * 1000) / mps;
  const mine = { of: ask.by, until };
  // An urgent message moves the others back by its slots and leaves them their turn.
  const pushed = clock.turn && {
    ...clock.turn,
    until: clock.turn.until + (total(ask.segments) * 1000) / mps,
  };
  const turn = ask.isUrgent ? pushed : mine;
  const added = starts.map((at, index) => ({
    at,
    segments: ask.segments[index] ?? 1,
    by: ask.by,
    slack: ask.slack,
  }));
  return {
    is: "slots",
    starts,
    clock: {
      ...clock,
      version: clock.version + 1,
      even,
      starts: [...stillCounting(clock.starts, ask.now, mps), ...added],
      ...(turn && { turn }),
      ...(capped.day && { day: capped.day }),
    },
  };
}

/** Milliseconds between two slots of a sender. */
export function spacingOf(mps: number): number {
  return 1000 / mps;
}

/** The window a rate is held in, and the segments allowed in it: a second, or as many as make a whole number. */
export function windowOf(mps: number): { readonly milliseconds: number; readonly segments: number } {
  for (let seconds = 1; seconds <= longestWindowSeconds; seconds += 1) {
    const segments = Math.round(mps * seconds);
    if (segments >= 1 && Math.abs(mps * seconds - segments) < 1e-9)
      return { milliseconds: seconds * 1000, segments };
  }
  return {
    milliseconds: longestWindowSeconds * 1000,
    segments: Math.max(1, Math.floor(mps * longestWindowSeconds)),
  };
}

const longestWindowSeconds = 60;

/** Times of the messages, each as early as evenness and the window allow. */
function placed(clock: SlotClock, ask: Ask, mps: number): { starts: number[]; even: number } {
  const window = windowOf(mps);
  const isStalled = clock.even > ask.now - 2 * creditMilliseconds;
  let even = isStalled ? Math.max(clock.even, ask.now - creditMilliseconds) : ask.now;
  const counting = stillCounting(clock.starts, ask.now, mps).map((start) => ({
    segments: Math.min(start.segments, window.segments),
    at: start.at,
    // Until it is known when a call started it may be late; what another worker says is by another clock.
    end: start.at + start.slack + (start.by === ask.by ? 0 : guardMilliseconds),
  }));
  const starts: number[] = [];
  let last = Math.max(ask.now + ask.lead, ...counting.map(({ at }) => at));
  for (const asked of ask.segments) {
    const segments = Math.min(asked, window.segments);
    const at = freeFrom(Math.max(last, even), segments, counting, window);
    counting.push({ segments, at, end: at });
    starts.push(at);
    last = at;
    // A text longer than the whole window holds the sender until its share of time is over.
    even = (asked > window.segments ? at : Math.max(even, at - creditMilliseconds)) + asked * spacingOf(mps);
  }
  return { starts, even };
}

interface Counting {
  readonly segments: number;
  readonly end: number;
}

/** The first moment from `earliest` on at which the window has room. */
function freeFrom(
  earliest: number,
  segments: number,
  counting: readonly Counting[],
  window: { readonly milliseconds: number; readonly segments: number },
): number {
  let at = earliest;
  for (;;) {
    const inWindow = counting.filter(({ end }) => end > at - window.milliseconds);
    if (total(inWindow.map((one) => one.segments)) + segments <= window.segments) return at;
    at = Math.min(...inWindow.map(({ end }) => end)) + window.milliseconds;
  }
}

function stillCounting(starts: readonly Start[], now: number, mps: number): readonly Start[] {
  const { milliseconds } = windowOf(mps);
  return starts.filter(({ at, slack }) => at + slack + guardMilliseconds > now - milliseconds);
}

/** Puts what really happened in the place of what was planned. */
function corrected(clock: SlotClock, { by, corrections }: Ask): SlotClock {
  if (corrections.length === 0) return clock;
  const actual = new Map(corrections.map((one) => [one.planned, one.actual]));
  const starts = clock.starts.flatMap((start) => {
    if (start.by !== by || !actual.has(start.at)) return [start];
    const at = actual.get(start.at);
    return at === undefined ? [] : [{ ...start, at, slack: 0 }];
  });
  return { ...clock, starts };
}

type Capped =
  | { readonly is: "open"; readonly day?: SlotClock["day"] }
  | Extract<Taken, { readonly is: "closed" }>;

/** Counts what is taken on the cap's own calendar day. */
function withinCap({ day }: SlotClock, { cap, segments, now }: Ask): Capped {
  if (!cap) return { is: "open" };
  const today = zoneDayAt(now, cap.zone);
  const used = (day?.name === today ? day.used : 0) + total(segments);
  if (used > cap.segments) return { is: "closed", reason: "daily-cap", until: nextDayAt(now, cap.zone) };
  return { is: "open", day: { name: today, used } };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
