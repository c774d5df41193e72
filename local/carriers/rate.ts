/** Counts what each sender sent in the last second. */
export interface Rates {
  /** Takes the segments if they fit into the sender's second; a message larger than a whole second goes alone. */
  readonly take: (sender: string, segments: number, mps: number, now: number) => boolean;
  readonly clear: () => void;
}

const windowMs = 1000;

/** Sliding windows of one second, one per sender. */
export function slidingRates(): Rates {
  const windows = new Map<string, { at: number; segments: number }[]>();
  const take: Rates["take"] = (sender, segments, mps, now) => {
    const recent = (windows.get(sender) ?? []).filter(({ at }) => at > now - windowMs);
    const used = recent.reduce((sum, each) => sum + each.segments, 0);
    const fits = recent.length === 0 || used + segments <= mps;
    windows.set(sender, fits ? [...recent, { at: now, segments }] : recent);
    return fits;
  };
  return { take, clear: () => windows.clear() };
}
