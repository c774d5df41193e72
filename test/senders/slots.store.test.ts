import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Command } from "../../functions/platform/aws-client.ts";
import type { Tables } from "../../functions/platform/aws.store.ts";
import { type Asking, slotStore } from "../../functions/senders/slots.store.ts";
import { shapeOf } from "../../functions/senders/window.ts";
import { type Aws, startAws } from "../aws.ts";
import { noon } from "../make.ts";

const ask =
  (by: string, segments: readonly number[], more: Partial<ReturnType<Asking>> = {}): Asking =>
  () => ({
    by,
    now: noon,
    since: noon,
    segments,
    toCome: 0,
    isUrgent: true,
    mps: 10,
    lead: 0,
    slack: 0,
    startOf: () => undefined,
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
    expect(await store.take("other", ask("a", [1]))).toMatchObject({ is: "slots", slots: [{ at: noon }] });
  });

  it.each([25, 40, 80, 200, 400])("keeps each of the tracks of %i segments a second", async (mps) => {
    const store = slotStore(aws.tables, "Counters");
    const tracks = shapeOf(mps).seats.length;
    const slots: number[] = [];
    for (let desk = 0; slots.length < mps; desk += 1) {
      const taken = await store.take(`fast-${mps}`, ask(`desk${desk}`, Array<number>(10).fill(1), { mps }));
      if (taken.is !== "slots") throw new Error(taken.is);
      slots.push(...taken.slots.map(({ at }) => at));
    }
    expect((await store.find(`fast-${mps}`)).tracks.filter(Boolean)).toHaveLength(tracks);
  });

  it("gives no slot twice to workers that ask at the same time, each with what it remembers", async () => {
    const workers = Array.from({ length: 4 }, () => slotStore(aws.tables, "Counters"));
    const taken = await Promise.all(
      workers.map(async (store, worker) => {
        const starts: number[] = [];
        while (starts.length < 5) {
          const one = await store.take("crowded", ask(`work${worker}0`, [1]));
          if (one.is === "slots") starts.push(...one.slots.map(({ at }) => at));
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

  it("lets workers with tracks of their own ask at the same time, without a look and without a conflict", async () => {
    const operations: string[] = [];
    const counted: Tables = {
      send: (command) => {
        operations.push((command as Command<object>).operation);
        return aws.tables.send(command);
      },
    };
    const [one, other] = [slotStore(counted, "Counters"), slotStore(counted, "Counters")];
    const at = (by: string, now: number) =>
      ask(by, [1], { isUrgent: false, now: noon + now, toCome: 5, lead: 10, mps: 2 });
    await one.take("shared", at("worka0", 0));
    await other.take("shared", at("workb0", 470));
    operations.length = 0;
    const taken = await Promise.all([
      one.take("shared", at("worka0", 980)),
      other.take("shared", at("workb0", 1470)),
    ]);
    expect(taken.map(({ is }) => is)).toEqual(["slots", "slots"]);
    expect(operations).toEqual(["UpdateItem", "UpdateItem"]);
  });

  it("knows its own write again when the reply to it was lost", async () => {
    let losses = 1;
    const losing: Tables = {
      send: async (command) => {
        const reply = await aws.tables.send(command);
        if ((command as Command<object>).operation !== "UpdateItem" || losses-- <= 0) return reply;
        return aws.tables.send(command);
      },
    };
    const store = slotStore(losing, "Counters");
    expect(await store.take("lossy", ask("a", [1]))).toMatchObject({ is: "slots", slots: [{ at: noon }] });
    expect(losses).toBe(0);
  });

  it("lets two that would fill the same seats beside an urgent message fill them once", async () => {
    const more = { mps: 100, lead: 5, slack: 2 };
    await slotStore(aws.tables, "Counters").take("shared-seats", ask("urgent", [1], more));
    const bulk = { ...more, isUrgent: false, seenAt: noon };
    const workers = ["works0", "works1"].map(async (by) =>
      slotStore(aws.tables, "Counters").take("shared-seats", ask(by, [1, 1, 1, 1], bulk)),
    );
    const starts = (await Promise.all(workers)).flatMap((taken) =>
      taken.is === "slots" ? taken.slots.map(({ at }) => at) : [],
    );
    expect(starts.filter((at) => at === noon + 5)).toHaveLength(4);
  });

  it("shows what an operator changed to a worker that remembers it otherwise", async () => {
    const [worker, operator] = [slotStore(aws.tables, "Counters"), slotStore(aws.tables, "Counters")];
    await worker.take("stopped", ask("a", [1]));
    await operator.change("stopped", (clock) => ({ ...clock, paused: { reason: "test", since: noon } }));
    expect(await worker.take("stopped", ask("a", [1]))).toEqual({ is: "closed", reason: "paused" });
    await operator.change("stopped", ({ paused: _paused, ...clock }) => clock);
    const later = ask("a", [1], { now: noon + 60 });
    expect((await worker.take("stopped", later)).is).toBe("slots");
  });

  it("fails when its table does", async () => {
    await expect(slotStore(aws.tables, "Nowhere").take("one", ask("a", [1]))).rejects.toBeInstanceOf(Error);
  });
});
