import * as z from "zod/mini";

/** One request as the sink saw it. */
export const Arrival = z.object({ at: z.number(), id: z.string(), segments: z.int() });
/** One request as the sink saw it. */
export type Arrival = z.infer<typeof Arrival>;

const Waits = z.object({ count: z.number(), p50: z.number(), p95: z.number(), p99: z.number() });

/** What a run came to, by the sink's clock. */
export const Measures = z.object({
  messages: z.number(),
  seconds: z.number(),
  /** Share of the allowed rate that was used. */
  utilisation: z.number(),
  /** Most segments in any sliding second. */
  worst: z.number(),
  /** Most segments in any sliding 990 milliseconds, and how many such windows held more than the rate allows. */
  worstTolerant: z.number(),
  over: z.number(),
  /** The same for the moments at which the calls began, by the callers' clocks. */
  called: z.object({ worst: z.number(), over: z.number() }),
  /** Milliseconds from the beginning of a call to its arrival. */
  way: z.object({ p50: z.number(), p99: z.number() }),
  /** By how many milliseconds the gap between two calls differs from an even one. */
  jitter: z.object({ p50: z.number(), p99: z.number() }),
  lost: z.number(),
  doubled: z.number(),
  /** Milliseconds from the hand-over of an urgent message to its arrival. */
  urgent: z.optional(Waits),
});
/** What a run came to, by the sink's clock. */
export type Measures = z.infer<typeof Measures>;

/** What was handed over in a run. */
export interface Handed {
  readonly ids: readonly string[];
  /** When each urgent message was handed over. */
  readonly urgent: ReadonlyMap<string, number>;
  readonly rate: number;
  /** Every call when it began. */
  readonly calls: readonly Arrival[];
}

/** Reads a run off what the sink saw. */
export function measuresOf(seen: readonly Arrival[], { ids, urgent, rate, calls }: Handed): Measures {
  const arrivals = seen.toSorted((one, other) => one.at - other.at);
  const segments = arrivals.reduce((sum, one) => sum + one.segments, 0);
  const seconds = ((arrivals.at(-1)?.at ?? 0) - (arrivals[0]?.at ?? 0)) / 1000;
  const times = new Map<string, number>();
  for (const { id } of arrivals) times.set(id, (times.get(id) ?? 0) + 1);
  const jitter = arrivals
    .slice(1)
    .map(({ at }, index) => Math.abs(at - (arrivals[index]?.at ?? at) - 1000 / rate));
  const tolerant = windows(arrivals, 990);
  const called = windows(
    calls.toSorted((one, other) => one.at - other.at),
    990,
  );
  const begun = new Map(calls.map(({ id, at }) => [id, at]));
  const ways = arrivals.map(({ id, at }) => at - (begun.get(id) ?? at));
  const waits = arrivals.flatMap(({ id, at }) => {
    const handed = urgent.get(id);
    return handed === undefined ? [] : [at - handed];
  });
  return {
    messages: ids.length,
    seconds,
    utilisation: segments / (rate * (seconds + 1 / rate)),
    worst: Math.max(0, ...windows(arrivals, 1000)),
    worstTolerant: Math.max(0, ...tolerant),
    over: tolerant.filter((count) => count > rate).length,
    called: { worst: Math.max(0, ...called), over: called.filter((count) => count > rate).length },
    way: { p50: quantile(ways, 0.5), p99: quantile(ways, 0.99) },
    jitter: { p50: quantile(jitter, 0.5), p99: quantile(jitter, 0.99) },
    lost: ids.filter((id) => !times.has(id)).length,
    doubled: [...times.values()].filter((count) => count > 1).length,
    ...(waits.length > 0 && {
      urgent: {
        count: waits.length,
        p50: quantile(waits, 0.5),
        p95: quantile(waits, 0.95),
        p99: quantile(waits, 0.99),
      },
    }),
  };
}

/** Segments in the window that ends with each arrival, which must be in the order of time. */
export function windows(arrivals: readonly Arrival[], milliseconds: number): readonly number[] {
  let [from, used] = [0, 0];
  return arrivals.map(({ at, segments }) => {
    used += segments;
    for (let oldest = arrivals[from]; oldest && oldest.at <= at - milliseconds; oldest = arrivals[from]) {
      used -= oldest.segments;
      from += 1;
    }
    return used;
  });
}

/** The smallest value that this share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
