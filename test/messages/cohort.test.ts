import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cohortInstant,
  cohortMilliseconds,
  cohortOf,
  dueShards,
  partsFor,
  shardOf,
} from "../../functions/messages/cohort.ts";
import { cohortMachine } from "../../functions/messages/machine.store.ts";
import type { AwsClient, Command } from "../../functions/platform/aws-client.ts";
import { AwsError } from "../../functions/platform/aws-error.ts";

const now = Date.UTC(2026, 10, 23, 17, 0, 0);
const ids = fc.integer({ min: 0, max: 1_000_000 }).map((n) => `msg_${String(n).padStart(26, "0")}`);

describe("the instant of a cohort", () => {
  it("comes at or after the deadline, and less than a cohort's length later", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: 86_400_000 }), (wait) => {
        const late = cohortInstant(now + wait, now) - (now + wait);
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThan(cohortMilliseconds);
      }),
    );
  });

  it("lies ahead when the deadline has passed: nobody joins a cohort that has moved on", () => {
    expect(cohortInstant(now - 3_600_000, now)).toBeGreaterThan(now);
  });
});

describe("the executions of one instant", () => {
  it("sweep every shard once between them, whatever their number", () => {
    for (const parts of [1, 2, 4, 8]) {
      const all = new Map(
        Array.from({ length: 500 }, (_, n) => cohortOf(`msg_${n}`, now, parts)).map(({ name, cohort }) => [
          name,
          cohort,
        ]),
      );
      expect(all.size).toBe(parts);
      const shards = [...all.values()].flatMap((cohort) => cohort.shards);
      expect(shards.toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: dueShards }, (_, shard) => shard),
      );
    }
  });

  it("have the shard of each of their members", () => {
    fc.assert(
      fc.property(ids, fc.constantFrom(1, 2, 4, 8), (id, parts) => {
        expect(cohortOf(id, now, parts).cohort.shards).toContain(shardOf(id));
      }),
    );
  });

  it("are as many as the pace of the senders asks for", () => {
    expect(partsFor([{ mps: 10 }, { mps: 100 }])).toBe(1);
    expect(partsFor([{ mps: 300 }])).toBe(2);
    expect(partsFor([{ mps: 1000 }, { mps: 1000 }])).toBe(dueShards);
  });
});

describe("a worker that has a cohort timed", () => {
  const aClient = (answer: () => void = () => undefined) => {
    const started: { name: string; input: string }[] = [];
    const send = async ({ input }: Command<object>) => {
      started.push(input as (typeof started)[number]);
      answer();
      return {};
    };
    return { started, client: { send } as unknown as AwsClient };
  };

  it("starts it once, and says an instant and shards only", async () => {
    const { started, client } = aClient();
    const { join } = cohortMachine("arn", 1, client);
    await join("msg_1", now);
    await join("msg_2", now);
    expect(started).toHaveLength(1);
    expect(JSON.parse(started[0]?.input ?? "")).toEqual({ at: now, shards: [0, 1, 2, 3, 4, 5, 6, 7] });
  });

  it("is content when another worker was first", async () => {
    const { started, client } = aClient(() => {
      throw new AwsError("ExecutionAlreadyExists", "", 400);
    });
    const { join } = cohortMachine("arn", 1, client);
    await join("msg_1", now);
    await join("msg_1", now);
    expect(started).toHaveLength(1);
  });

  it("tries again for the next member when it could not", async () => {
    const { started, client } = aClient(() => {
      throw new AwsError("ThrottlingException", "slow down", 400);
    });
    const { join } = cohortMachine("arn", 1, client);
    await expect(join("msg_1", now)).rejects.toThrow("slow down");
    await expect(join("msg_2", now)).rejects.toThrow("slow down");
    expect(started).toHaveLength(2);
  });
});
