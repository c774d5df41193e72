import { GetCommand, PutCommand } from "./dynamo.store.ts";
import * as z from "zod/mini";
import { ifConditionHolds, type Tables } from "./aws.store.ts";
import type { Remembered } from "./idempotency.ts";

/** Remembers requests by caller and key. */
export interface IdempotencyStore {
  readonly find: (callerId: string, key: string) => Promise<Remembered | undefined>;
  /** Puts a record in place of the one found: false when somebody else was quicker. */
  readonly claim: (
    callerId: string,
    key: string,
    next: Remembered,
    found: Remembered | undefined,
  ) => Promise<boolean>;
  readonly finish: (callerId: string, key: string, finished: Remembered) => Promise<void>;
}

const Row = z.object({
  requestHash: z.string(),
  seed: z.string(),
  lockedUntil: z.number(),
  expiresAt: z.number(),
  answer: z.optional(z.object({ status: z.number(), body: z.string() })),
});

/** Idempotency records in the counters table. */
export function idempotencyStore(tables: Tables, table: string): IdempotencyStore {
  const keyOf = (callerId: string, key: string) => ({ pk: `idempotency#${callerId}#${key}`, sk: "request" });
  // DynamoDB's broom wants seconds; the rule itself compares `expiresAt`.
  const itemOf = (callerId: string, key: string, row: Remembered) => ({
    ...keyOf(callerId, key),
    ...row,
    ttl: Math.ceil(row.expiresAt / 1000),
  });
  return {
    find: async (callerId, key) => {
      const reply = await tables.send(
        new GetCommand({ TableName: table, Key: keyOf(callerId, key), ConsistentRead: true }),
      );
      if (!reply.Item) return undefined;
      const { answer, ...row } = Row.parse(reply.Item);
      return answer ? { ...row, answer } : row;
    },
    claim: (callerId, key, next, found) =>
      ifConditionHolds(
        tables.send(
          new PutCommand({
            TableName: table,
            Item: itemOf(callerId, key, next),
            ConditionExpression: found ? "lockedUntil = :seen" : "attribute_not_exists(pk)",
            ...(found && { ExpressionAttributeValues: { ":seen": found.lockedUntil } }),
          }),
        ),
      ),
    finish: async (callerId, key, finished) => {
      await tables.send(new PutCommand({ TableName: table, Item: itemOf(callerId, key, finished) }));
    },
  };
}
