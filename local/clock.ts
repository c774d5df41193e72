/** Time of the local cloud: may run faster than real time and jump ahead, never back. */
export interface Clock {
  readonly now: () => number;
  /** Runs something at an instant, or at once when it has passed; returns how to call it off. */
  readonly setTimer: (at: number, run: () => void) => () => void;
  readonly advance: (milliseconds: number) => void;
  readonly setSpeed: (speed: number) => void;
  readonly speed: () => number;
  /** What workers read the time from. */
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
  const shared = new SharedArrayBuffer((1 + 2 * slotSize) * Float64Array.BYTES_PER_ELEMENT);
  const origin = new Float64Array(shared);
  const rebase = (virtual: number, speed: number) => {
    const other = 1 - (origin[0] ?? 0);
    origin.set([Date.now(), virtual, speed], 1 + other * slotSize);
    origin[0] = other;
  };
  rebase(start, initialSpeed);
  const timers = new Set<Timer>();
  let pending: NodeJS.Timeout | undefined;
  let isStopped = false;

  const now = () => virtualNow(origin, Date.now());
  const arm = () => {
    clearTimeout(pending);
    if (isStopped) return;
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of timers) next = Math.min(next, at);
    if (next === Number.POSITIVE_INFINITY) return;
    pending = setTimeout(fire, Math.min(pauseLimit, Math.max(0, (next - now()) / speedOf(origin))));
  };
  const fire = () => {
    const due = [...timers].filter(({ at }) => at <= now()).toSorted((one, other) => one.at - other.at);
    for (const timer of due) {
      // An earlier one may have called off a later one.
      if (timers.delete(timer)) attempt(timer);
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
      rebase(now() + Math.max(0, milliseconds), speedOf(origin));
      arm();
    },
    setSpeed: (speed) => {
      rebase(now(), speed);
      arm();
    },
    speed: () => speedOf(origin),
    stop: () => {
      isStopped = true;
      clearTimeout(pending);
      timers.clear();
    },
  };
}

/** Time goes on when something that was to happen fails. */
function attempt({ run }: Timer): void {
  try {
    run();
  } catch (error) {
    console.error("A timer of the local cloud failed:", error);
  }
}

/**
 * Real origin, virtual origin and speed stand in two slots; the first number says which one holds. Readers in other
 * threads never see half of a change, because it is written to the slot that does not hold yet.
 */
const slotSize = 3;

/** Virtual time at a real instant. */
export function virtualNow(origin: Float64Array, real: number): number {
  const at = slotOf(origin);
  return (origin[at + 1] ?? 0) + (real - (origin[at] ?? 0)) * (origin[at + 2] ?? 1);
}

/** How many seconds pass in one. */
export function speedOf(origin: Float64Array): number {
  return origin[slotOf(origin) + 2] ?? 1;
}

function slotOf(origin: Float64Array): number {
  return 1 + (origin[0] ?? 0) * slotSize;
}
