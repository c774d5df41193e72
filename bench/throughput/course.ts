import { type Arrival, windows } from "./measures.ts";

/** How many segments a second held in the course of a run: the most in each tenth of a second. */
export function courseOf(seen: readonly Arrival[]): readonly number[] {
  const arrivals = seen.toSorted((one, other) => one.at - other.at);
  const counts = windows(arrivals, 1000);
  const from = arrivals[0]?.at ?? 0;
  const tenths = Math.ceil(((arrivals.at(-1)?.at ?? 0) - from) / 100) + 1;
  const most = Array.from({ length: tenths }, () => 0);
  for (const [index, { at }] of arrivals.entries()) {
    const tenth = Math.floor((at - from) / 100);
    most[tenth] = Math.max(most[tenth] ?? 0, counts[index] ?? 0);
  }
  // Nothing came in this tenth: what the second before it still holds.
  return most.map((count, tenth) => count || stillIn(arrivals, from + tenth * 100));
}

function stillIn(arrivals: readonly Arrival[], at: number): number {
  return arrivals
    .filter((one) => one.at > at - 1000 && one.at <= at)
    .reduce((sum, { segments }) => sum + segments, 0);
}
