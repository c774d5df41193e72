/** A run of slots: the first starts at `start`, each segment takes `spacing` milliseconds. */
export interface Lease {
  readonly start: number;
  readonly spacing: number;
}

/** A call has to start within this time of its slot, or take a new one: calls that start late would bunch up. */
export const leaseMilliseconds = 500;

/** Milliseconds between two slots of a sender. */
export function spacingOf(mps: number): number {
  return 1000 / mps;
}

/** When each message of a batch may start, given how many segments each of them takes. */
export function slotsIn({ start, spacing }: Lease, segments: readonly number[]): readonly number[] {
  let used = 0;
  return segments.map((count) => {
    const at = start + used * spacing;
    used += count;
    return at;
  });
}

/** Whether a slot can still be used. */
export function isOnTime(slot: number, now: number): boolean {
  return now <= slot + leaseMilliseconds;
}
