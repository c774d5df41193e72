import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds since 1970: the only unit of time inside the product. */
export type Instant = number;

/** Time as rules and use cases receive it. */
export interface Clock {
  readonly now: () => Instant;
  /** Resolves at the instant or soon after, at once when it has passed. */
  readonly sleepUntil: (instant: Instant) => Promise<void>;
}

/** The clock of this machine; the only place that asks what time it is. */
export const systemClock: Clock = { now: () => Date.now(), sleepUntil };

/** An instant as people and APIs write it: `2026-11-23T09:00:00.000Z`. */
export function isoOf(instant: Instant): string {
  return new Date(instant).toISOString();
}

async function sleepUntil(instant: Instant): Promise<void> {
  // Timers may fire a little early: ask again until the instant has really come.
  for (let left = instant - Date.now(); left > 0; left = instant - Date.now()) await pause(left);
}
