import * as z from "zod/mini";
import { isRefusal, type Tables } from "./aws.store.ts";
import { BatchGetCommand, PutCommand, UpdateCommand } from "./dynamo.store.ts";
import type { TakeRequests } from "./key-limit.ts";

/** What keys do, as the counters table remembers it. */
export interface KeyUse {
  readonly take: TakeRequests;
  /** Remembers that a key was used. */
  readonly note: (keyId: string, at: number) => Promise<void>;
  /** When keys were last used, to the hour. */
  readonly lastUsed: (keyIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

const Used = z.object({ used: z.number() });

/** Key use in the counters table. */
export function keyUseStore(tables: Tables, table: string): KeyUse {
  return {
    take: async (keyId, { minute, count, limit }) => {
      const command = new UpdateCommand({
        TableName: table,
        Key: { pk: `requests#${keyId}`, sk: `minute#${minute}` },
        UpdateExpression: "ADD used :count SET #ttl = :ttl",
        ConditionExpression: "attribute_not_exists(used) OR used <= :room",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":count": count, ":room": limit - count, ":ttl": (minute + 5) * 60 },
        ReturnValues: "UPDATED_NEW",
      });
      try {
        return Used.parse((await tables.send(command)).Attributes).used;
      } catch (error) {
        if (isRefusal(error, "ConditionalCheckFailedException")) return undefined;
        throw error;
      }
    },
    note: async (keyId, at) => {
      await tables.send(
        new PutCommand({ TableName: table, Item: { pk: `requests#${keyId}`, sk: "last", at } }),
      );
    },
    lastUsed: async (keyIds) => {
      if (keyIds.length === 0) return new Map();
      const Keys = keyIds.map((id) => ({ pk: `requests#${id}`, sk: "last" }));
      const reply = await tables.send(new BatchGetCommand({ RequestItems: { [table]: { Keys } } }));
      const items = reply.Responses?.[table] ?? [];
      return new Map(items.map((item) => [String(item["pk"]).slice("requests#".length), Number(item["at"])]));
    },
  };
}
