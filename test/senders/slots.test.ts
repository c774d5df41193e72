import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { laneOf } from "../../functions/senders/lanes.ts";
import { batchSizeOf, lanesOf } from "../../functions/senders/sender.ts";
import { isOnTime, leaseMilliseconds, slotsIn, spacingOf } from "../../functions/senders/slots.ts";
import { slotStore } from "../../functions/senders/slots.store.ts";
import { type Aws, startAws } from "../aws.ts";
import { noon } from "../make.ts";

describe("slots", () => {
  it("follow one another as far apart as the segments before them need", () => {
    expect(slotsIn({ start: 1000, spacing: 100 }, [1, 3, 1, 2])).toEqual([1000, 1100, 1400, 1500]);
    expect(spacingOf(4)).toBe(250);
  });

  it("can be used for half a second", () => {
    expect(isOnTime(1000, 1000 + leaseMilliseconds)).toBe(true);
    expect(isOnTime(1000, 1001 + leaseMilliseconds)).toBe(false);
  });
});

describe("the slot clock", () => {
  let aws: Aws;
  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(() => aws.stop());

  it("starts at once when nobody has sent lately, and lets the next one wait", async () => {
    const lease = slotStore(aws.tables, "Counters");
    expect(await lease("idle", 10, 3, noon)).toEqual({ start: noon, spacing: 100 });
    expect(await lease("idle", 10, 1, noon)).toEqual({ start: noon + 300, spacing: 100 });
    expect(await lease("idle", 10, 1, noon + 5000)).toEqual({ start: noon + 5000, spacing: 100 });
  });

  it("belongs to one sender", async () => {
    const lease = slotStore(aws.tables, "Counters");
    await lease("one", 1, 10, noon);
    expect((await lease("other", 1, 1, noon)).start).toBe(noon);
  });

  it("gives no slot twice to workers that ask at the same time", async () => {
    const lease = slotStore(aws.tables, "Counters");
    const asks = Array.from({ length: 40 }, (_, index) => 1 + (index % 4));
    const leases = await Promise.all(asks.map((segments) => lease("crowded", 10, segments, noon)));
    const used = leases.flatMap(({ start }, index) =>
      Array.from({ length: asks[index] ?? 0 }, (_, segment) => Math.round((start - noon) / 100) + segment),
    );
    expect(used.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, slot) => slot));
  });

  it("keeps rates that do not divide a second", async () => {
    const lease = slotStore(aws.tables, "Counters");
    let last = 0;
    for (let count = 0; count < 30; count += 1) last = (await lease("thirds", 3, 1, noon)).start;
    expect(last).toBeCloseTo(noon + (29 * 1000) / 3, 0);
  });

  it("fails when its table does, so that the sender falls back on time alone", async () => {
    await expect(slotStore(aws.tables, "Nowhere")("one", 1, 1, noon)).rejects.toBeInstanceOf(Error);
  });
});

describe("lanes", () => {
  it("are the same for a contact every time, and all of them are used", () => {
    const ids = Array.from({ length: 200 }, (_, index) => `con_${index}`);
    const lanes = ids.map((id) => laneOf(id, 8));
    expect(ids.map((id) => laneOf(id, 8))).toEqual(lanes);
    expect(new Set(lanes).size).toBe(8);
  });

  it("never take more in one batch than a second's worth of slots", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1000, noNaN: true }), (mps) => {
        expect(batchSizeOf({ mps })).toBeLessThanOrEqual(Math.max(1, mps));
        expect(lanesOf({ mps }).bulk).toBeGreaterThan(mps * 0.06);
      }),
    );
  });
});
