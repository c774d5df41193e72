import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { courseOf } from "../../bench/throughput/course.ts";
import { type Arrival, measuresOf, quantile, windows } from "../../bench/throughput/measures.ts";

const arrivalsAt = (times: readonly number[], segments = 1): Arrival[] =>
  times.map((at, index) => ({ at, id: `b-${index}`, segments }));
const evenly = (count: number, gap: number) => Array.from({ length: count }, (_, index) => index * gap);
const handed = (arrivals: readonly Arrival[], rate: number) => ({
  ids: [...new Set(arrivals.map(({ id }) => id))],
  urgent: new Map<string, number>(),
  rate,
});

describe("what the sink saw", () => {
  it("uses the whole rate when it sends evenly, and never more", () => {
    const arrivals = arrivalsAt(evenly(600, 100));
    const measures = measuresOf(arrivals, handed(arrivals, 10));
    expect(measures.utilisation).toBeCloseTo(1, 9);
    expect(measures).toMatchObject({ worst: 10, worstTolerant: 10, over: 0, lost: 0, doubled: 0 });
    expect(measures.jitter.p99).toBeCloseTo(0, 9);
  });

  it("finds a burst at the seam of two seconds that each hold no more than the rate", () => {
    const arrivals = arrivalsAt([
      ...evenly(10, 1).map((at) => 980 + at),
      ...evenly(10, 1).map((at) => 1001 + at),
    ]);
    const measures = measuresOf(arrivals, handed(arrivals, 10));
    expect(measures).toMatchObject({ worst: 20, worstTolerant: 20, over: 10 });
  });

  it("forgives a request that came up to ten milliseconds early", () => {
    const arrivals = arrivalsAt([...evenly(10, 100), 994]);
    expect(measuresOf(arrivals, handed(arrivals, 10))).toMatchObject({
      worst: 11,
      worstTolerant: 10,
      over: 0,
    });
  });

  it("counts the same windows as looking at every pair", () => {
    const times = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 3 }), (unsorted, segments) => {
        const sorted = unsorted.toSorted((one, other) => one - other);
        const slow = sorted.map(
          (at, index) =>
            sorted.filter((other, place) => place <= index && other > at - 1000).length * segments,
        );
        expect(windows(arrivalsAt(sorted, segments), 1000)).toEqual(slow);
      }),
    );
  });

  it("tells what did not come from what came twice", () => {
    const [first, second] = arrivalsAt([0, 100]);
    const arrivals = [first, second, second].filter((one) => one !== undefined);
    const measures = measuresOf(arrivals, {
      ids: ["b-0", "b-1", "b-2"],
      urgent: new Map([["b-1", 40]]),
      rate: 10,
    });
    expect(measures).toMatchObject({ lost: 1, doubled: 1 });
    expect(measures.urgent).toMatchObject({ count: 2, p50: 60 });
  });

  it("names the smallest value that a share of the values does not exceed", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
  });

  it("shows a pause in the course of a run", () => {
    const course = courseOf(arrivalsAt([...evenly(10, 100), ...evenly(10, 100).map((at) => 4_000 + at)]));
    expect(course[9]).toBe(10);
    expect(course[25]).toBe(0);
  });
});
