import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { slotStore } from "../../functions/senders/slots.store.ts";
import { type Ask } from "../../functions/senders/slot-clock.ts";
import { type Aws, startAws } from "../aws.ts";
import { noon } from "../make.ts";

const ask =
  (by: string, segments: readonly number[], more: Partial<Ask> = {}) =>
  (): Ask => ({
    by,
    now: noon,
    segments,
    toCome: 0,
    isUrgent: true,
    mps: 10,
    lead: 0,
    ahead: 0,
    wasTold: () => true,
    slack: 0,
    corrections: [],
    ...more,
  });

describe("the slot clock's item", () => {
  let aws: Aws;
  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(() => aws.stop());

  it("belongs to one sender", async () => {
    const store = slotStore(aws.tables, "Counters");
    await store.take("one", ask("a", [10]));
    expect(await store.take("other", ask("a", [1]))).toMatchObject({ is: "slots", starts: [noon] });
  });

  it("gives no slot twice to workers that ask at the same time, each with what it remembers", async () => {
    const workers = Array.from({ length: 4 }, () => slotStore(aws.tables, "Counters"));
    const taken = await Promise.all(
      workers.map(async (store, worker) => {
        const starts: number[] = [];
        while (starts.length < 5) {
          const one = await store.take("crowded", ask(`w${worker}`, [1], { isUrgent: true }));
          if (one.is === "slots") starts.push(...one.starts);
          else if (one.is !== "contended") throw new Error(one.is);
        }
        return starts;
      }),
    );
    const all = taken.flat().toSorted((one, other) => one - other);
    expect(all).toHaveLength(20);
    for (const [index, at] of all.slice(10).entries())
      expect(at - (all[index] ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it("shows what an operator changed to a worker that remembers it otherwise", async () => {
    const [worker, operator] = [slotStore(aws.tables, "Counters"), slotStore(aws.tables, "Counters")];
    await worker.take("stopped", ask("a", [1]));
    await operator.change("stopped", (clock) => ({ ...clock, paused: { reason: "test", since: noon } }));
    expect(await worker.take("stopped", ask("a", [1]))).toEqual({ is: "closed", reason: "paused" });
    await operator.change("stopped", ({ paused: _paused, ...clock }) => clock);
    expect((await worker.take("stopped", ask("a", [1]))).is).toBe("slots");
  });

  it("fails when its table does", async () => {
    await expect(slotStore(aws.tables, "Nowhere").take("one", ask("a", [1]))).rejects.toBeInstanceOf(Error);
  });
});
