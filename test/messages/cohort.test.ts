import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cohort,
  cohortInstant,
  cohortOf,
  dueShards,
  type Grain,
  gridMilliseconds,
  nameOfCohort,
  partsFor,
} from "../../functions/messages/cohort.ts";
import { gatheringJoins, type Joining } from "../../functions/messages/cohort-joins.ts";
import { cohortList } from "../../functions/messages/cohort-list.store.ts";
import { cohortMachine } from "../../functions/messages/cohort-machine.store.ts";
import type { AwsClient, Command } from "../../functions/platform/aws-client.ts";
import { AwsError } from "../../functions/platform/aws-error.ts";
import type { Tables } from "../../functions/platform/aws.store.ts";

const now = Date.UTC(2026, 10, 23, 17, 0, 0);
const ids = fc.integer({ min: 0, max: 1_000_000 }).map((n) => `msg_${String(n).padStart(26, "0")}`);

describe.each<Grain>(["message", "cohort"])("the instant of a deadline kept by %s", (grain) => {
  it("comes at or after it, and less than the grid's length later", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: 86_400_000 }), (wait) => {
        const late = cohortInstant(now + wait, now, grain) - (now + wait);
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThan(gridMilliseconds[grain]);
      }),
    );
  });

  it("lies ahead when the deadline has passed: nobody joins a cohort that has moved on", () => {
    expect(cohortInstant(now - 3_600_000, now, grain)).toBeGreaterThan(now);
  });
});

describe("the cohorts of one instant", () => {
  it("have every message in one of them, whatever their number", () => {
    fc.assert(
      fc.property(ids, fc.constantFrom(1, 2, 4, 8), (id, parts) => {
        const cohort = cohortOf(id, now, parts);
        expect(cohort).toEqual(cohortOf(id, now, parts));
        expect(cohort.part).toBeGreaterThanOrEqual(1);
        expect(cohort.part).toBeLessThanOrEqual(parts);
      }),
    );
  });

  it("share the messages about evenly, each by its own name", () => {
    const cohorts = Array.from({ length: 800 }, (_, n) => cohortOf(`msg_${n}`, now, 4));
    const sizes = [...Map.groupBy(cohorts, nameOfCohort).values()].map(({ length }) => length);
    expect(sizes).toHaveLength(4);
    for (const size of sizes) expect(size).toBeGreaterThan(100);
  });

  it("are as many as the pace of the senders asks for", () => {
    expect(partsFor([{ mps: 10 }, { mps: 100 }])).toEqual({ message: 1, cohort: 1 });
    expect(partsFor([{ mps: 300 }])).toEqual({ message: 1, cohort: 2 });
    expect(partsFor([{ mps: 2000 }, { mps: 2000 }])).toEqual({ message: 2, cohort: dueShards });
  });
});

describe("a worker that has a cohort timed", () => {
  const aClient = (answer: () => void = () => undefined, nowThen = now) => {
    const started: { name: string; input: string }[] = [];
    const send = async ({ input }: Command<object>) => {
      started.push(input as (typeof started)[number]);
      answer();
      return {};
    };
    const listed: { cohort: Cohort; messageIds: readonly string[] }[] = [];
    const add = async (cohort: Cohort, messageIds: readonly string[]) =>
      void listed.push({ cohort, messageIds });
    const clock = { now: () => nowThen, sleepUntil: async () => undefined };
    const using = { parts: { message: 1, cohort: 1 }, list: { add }, clock };
    const joinAll = cohortMachine("arn", using, { send } as unknown as AwsClient);
    return { started, listed, joinAll };
  };
  const at = now + 6_000;
  const whole = { at, part: 1, parts: 1 };
  const one = (number: number) => ({ messageId: `msg_${number}`, at, grain: "cohort" as const });

  it("starts it once, and says an instant and a part only", async () => {
    const { started, listed, joinAll } = aClient();
    await joinAll([one(1)]);
    await joinAll([one(2)]);
    expect(started).toHaveLength(1);
    expect(JSON.parse(started[0]?.input ?? "")).toEqual(whole);
    expect(listed.map(({ messageIds }) => messageIds)).toEqual([["msg_1"], ["msg_2"]]);
  });

  it("lists those of one cohort together", async () => {
    const { started, listed, joinAll } = aClient();
    await joinAll([one(1), one(2), { ...one(3), at: at + 6_000 }]);
    expect(listed).toEqual([
      { cohort: whole, messageIds: ["msg_1", "msg_2"] },
      { cohort: { ...whole, at: at + 6_000 }, messageIds: ["msg_3"] },
    ]);
    expect(started).toHaveLength(2);
  });

  it("has the list read once more when it was written too late", async () => {
    const { started, joinAll } = aClient(undefined, at + 1);
    await joinAll([one(1), one(2)]);
    expect(started.map(({ input }) => JSON.parse(input))).toEqual([whole, whole]);
    expect(new Set(started.map(({ name }) => name)).size).toBe(2);
  });

  it("is content when another worker was first", async () => {
    const { started, joinAll } = aClient(() => {
      throw new AwsError("ExecutionAlreadyExists", "", 400);
    });
    await joinAll([one(1)]);
    await joinAll([one(1)]);
    expect(started).toHaveLength(1);
  });

  it("tries again for the next member when it could not", async () => {
    const { started, joinAll } = aClient(() => {
      throw new AwsError("ThrottlingException", "slow down", 400);
    });
    await expect(joinAll([one(1)])).rejects.toThrow("slow down");
    await expect(joinAll([one(2)])).rejects.toThrow("slow down");
    expect(started).toHaveLength(2);
  });
});

describe("a batch of work", () => {
  const aBatch = () => {
    const joined: (readonly Joining[])[] = [];
    const clock = { now: () => now, sleepUntil: async () => undefined };
    return { joined, ...gatheringJoins(async (joining) => void joined.push(joining), clock) };
  };
  const later = (number: number) => ({
    messageId: `msg_${number}`,
    at: now + 300_000,
    grain: "cohort" as const,
  });

  it("joins with everybody at its end, once", async () => {
    const { joined, join, flush } = aBatch();
    await join(later(1));
    await join(later(2));
    expect(joined).toEqual([]);
    await flush();
    await flush();
    expect(joined).toEqual([[later(1), later(2)]]);
  });

  it("does not keep whoever moves on before it may have ended", async () => {
    const { joined, join } = aBatch();
    await join({ ...later(1), at: now + 6_000 });
    expect(joined).toEqual([[{ ...later(1), at: now + 6_000 }]]);
  });
});

describe("the list of a cohort", () => {
  const cohort = { at: now, part: 1, parts: 1 };
  const name = (n: number) => `msg_${String(n).padStart(26, "0")}`;
  const names = Array.from({ length: 75 }, (_, n) => name(n));

  it("names everybody who was put on it, each once, however often", async () => {
    const items = new Map<string, Record<string, unknown>>();
    const send = async ({ input }: { input: Record<string, unknown> }) => {
      const item = input["Item"] as Record<string, unknown> | undefined;
      if (!item) return { Items: [...items.values()] };
      expect(String(item["sk"]).length).toBeLessThanOrEqual(1024);
      items.set(JSON.stringify([item["pk"], item["sk"]]), item);
      return {};
    };
    const list = cohortList({ send } as unknown as Tables, "messages");
    await list.add(cohort, names);
    await list.add(cohort, names);
    await list.add(cohort, [name(3), name(80)]);
    expect(items.size).toBe(4);
    expect([...(await list.read(cohort))].toSorted()).toEqual([...names, name(80)]);
    // The table sweeps it out a day after the cohort has moved on.
    for (const { ttl } of items.values()) expect(ttl).toBe(now / 1000 + 86_400);
  });
});
