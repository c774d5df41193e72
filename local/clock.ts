/** Time of the local cloud: may run faster than real time and jump ahead, never back. */
export interface Clock {
  readonly now: () => number;
  /** Runs something at an instant, or at once when it has passed; returns how to call it off. */
  readonly setTimer: (at: number, run: () => void) => () => void;
  readonly advance: (milliseconds: number) => void;
  readonly setSpeed: (speed: number) => void;
  readonly speed: () => number;
  /** What workers read the time from: real origin, virtual origin, speed. */
  readonly shared: SharedArrayBuffer;
  readonly stop: () => void;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Longest real pause: far timers are looked at again, and setTimeout cannot hold more anyway. */
const pauseLimit = 60_000;

/** A clock that starts at an instant and runs at a speed. */
export function createClock(start: number, initialSpeed: number): Clock {
  const shared = new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT);
  const origin = new Float64Array(shared);
  origin.set([Date.now(), start, initialSpeed]);
  const timers = new Set<Timer>();
  let pending: NodeJS.Timeout | undefined;

  const now = () => virtualNow(origin, Date.now());
  const rebase = (virtual: number, speed: number) => origin.set([Date.now(), virtual, speed]);
  const arm = () => {
    clearTimeout(pending);
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of timers) next = Math.min(next, at);
    if (next === Number.POSITIVE_INFINITY) return;
    pending = setTimeout(fire, Math.min(pauseLimit, Math.max(0, (next - now()) / (origin[2] ?? 1))));
  };
  const fire = () => {
    const due = [...timers].filter(({ at }) => at <= now()).toSorted((one, other) => one.at - other.at);
    for (const timer of due) {
      // An earlier one may have called off a later one.
      if (timers.delete(timer)) timer.run();
    }
    arm();
  };
  return {
    now,
    shared,
    setTimer: (at, run) => {
      const timer = { at, run };
      timers.add(timer);
      arm();
      return () => {
        timers.delete(timer);
      };
    },
    advance: (milliseconds) => {
      rebase(now() + Math.max(0, milliseconds), origin[2] ?? 1);
      arm();
    },
    setSpeed: (speed) => {
      rebase(now(), speed);
      arm();
    },
    speed: () => origin[2] ?? 1,
    stop: () => {
      clearTimeout(pending);
      timers.clear();
    },
  };
}

/** Virtual time at a real instant. */
export function virtualNow(origin: Float64Array, real: number): number {
  const [realOrigin = 0, virtualOrigin = 0, speed = 1] = origin;
  return virtualOrigin + (real - realOrigin) * speed;
}
