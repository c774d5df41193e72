import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";

/** Milliseconds since 1970: the only unit of time inside the product. */
export type Instant = number;

/** Time as rules and use cases receive it. */
export interface Clock {
  readonly now: () => Instant;
  /** The same in parts of a millisecond, where the clock has them. */
  readonly exactly?: () => number;
  /** Resolves at the instant or soon after, at once when it has passed. */
  readonly sleepUntil: (instant: Instant) => Promise<void>;
}

/** The clock of this machine; the only place that asks what time it is. */
export const systemClock: Clock = { now: () => Date.now(), exactly, sleepUntil };

/** An instant as people and APIs write it: `2026-11-23T09:00:00.000Z`. */
export function isoOf(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** The instant that a caller wrote, if they wrote one. */
export function instantOf(time: string | undefined): Instant | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

/** Between the time that is shown and the time that has passed, as far as is known: it shows whole milliseconds, so the most seen is the truest. */
let between = -Infinity;
/** The time that is shown was set back by more than looking at it can explain. */
const setBackMilliseconds = 2;

function exactly(): number {
  const shown = Date.now();
  const passed = performance.now();
  const seen = shown - passed;
  if (seen > between || seen < between - setBackMilliseconds) between = seen;
  return passed + between;
}

async function sleepUntil(instant: Instant): Promise<void> {
  // Timers count whole milliseconds and may fire a little early: the last one is waited for turn by turn.
  for (let left = instant - exactly(); left > 0; left = instant - exactly())
    await (left > 1 ? pause(Math.floor(left)) : turn());
}
