import type { Ask, SlotClock, Start } from "./slot-clock.ts";

/** Clocks of two machines may differ by this much: Amazon Time Sync keeps them well within a millisecond. */
const guardMilliseconds = 1;
/** Lost time that may be caught up, as far as the window allows: a stalled sender must not lose its rate. */
const creditMilliseconds = 1000;
/** Slots of one batch differ by this many milliseconds at least, and are multiples of it: a correction has to name one of them. */
export const slotStep = 1 / 1024;

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

/** When the next slot is by evenness and by the window, whoever takes it. */
export function nextSlot(clock: SlotClock, by: string, now: number, mps: number): number {
  const window = windowOf(mps);
  const counting = countingOf(clock, by, now, mps);
  return freeFrom(Math.max(clock.even, ...counting.map(({ at }) => at)), 1, counting, window);
}

/** Times of the messages, each as early as evenness and the window allow. */
export function placed(clock: SlotClock, ask: Ask, mps: number): { starts: number[]; even: number } {
  const window = windowOf(mps);
  const isStalled = clock.even > ask.now - 2 * creditMilliseconds;
  let even = isStalled ? Math.max(clock.even, ask.now - creditMilliseconds) : ask.now;
  const counting = countingOf(clock, ask.by, ask.now, mps);
  const starts: number[] = [];
  let last = Math.max(ask.now + ask.lead, ...counting.map(({ at }) => at + slotStep));
  for (const asked of ask.segments) {
    const segments = Math.min(asked, window.segments);
    const at = onStep(freeFrom(Math.max(last, even), segments, counting, window));
    counting.push({ segments, at, end: at });
    starts.push(at);
    last = at + slotStep;
    // A text longer than the whole window holds the sender until its share of time is over.
    even = (asked > window.segments ? at : Math.max(even, at - creditMilliseconds)) + asked * spacingOf(mps);
  }
  return { starts, even };
}

/** The next moment that a slot can be at. */
function onStep(at: number): number {
  return Math.ceil(at / slotStep) * slotStep;
}

/** Calls that count in the window of now or later. */
function countingOf(clock: SlotClock, by: string, now: number, mps: number): Counting[] {
  const window = windowOf(mps);
  return stillCounting(clock.starts, now, mps).map((start) => ({
    segments: Math.min(start.segments, window.segments),
    at: start.at,
    // Until it is known when a call started it may be late; what another worker says is by another clock.
    end: start.at + start.slack + (start.by === by ? 0 : guardMilliseconds),
  }));
}

interface Counting {
  readonly at: number;
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

/** Calls that may still count in a window that ends now or later. */
export function stillCounting(starts: readonly Start[], now: number, mps: number): readonly Start[] {
  const { milliseconds } = windowOf(mps);
  return starts.filter(({ at, slack }) => at + slack + guardMilliseconds > now - milliseconds);
}

/** The sum of some numbers. */
export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
