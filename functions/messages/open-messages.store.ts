import * as z from "zod/mini";
import type { Tables } from "../platform/aws.store.ts";
import { QueryCommand } from "../platform/dynamo.store.ts";
import { readMany } from "../platform/read-many.store.ts";
import type { Message } from "./message.ts";
import { messageIn } from "./message-item.ts";
import { sweptShards } from "./message.store.ts";

/** A place among the messages that have not ended. */
export const OpenPlace = z.object({
  shard: z.int().check(z.minimum(0), z.maximum(sweptShards)),
  after: z.optional(
    z.object({ pk: z.string().check(z.startsWith("msg_"), z.maxLength(60)), dueAt: z.number() }),
  ),
});
/** A place among the messages that have not ended. */
export type OpenPlace = z.infer<typeof OpenPlace>;

/** Messages that have not ended, a page at a time and in no order that means anything. */
export type PageOfOpen = (
  limit: number,
  from: OpenPlace | undefined,
) => Promise<{ readonly messages: Message[]; readonly next?: OpenPlace | undefined }>;

/** Reads the index of due messages: whatever has not ended stands there, but for what a campaign's pages are looked at for. */
export function openMessages(tables: Tables, table: string): PageOfOpen {
  return async (limit, from = { shard: 0 }) => {
    const { shard, after } = from;
    const reply = await tables.send(
      new QueryCommand({
        TableName: table,
        IndexName: "byDue",
        KeyConditionExpression: "dueShard = :shard",
        ExpressionAttributeValues: { ":shard": shard },
        Limit: limit,
        ...(after && { ExclusiveStartKey: { ...after, sk: "message", dueShard: shard } }),
      }),
    );
    const ids = (reply.Items ?? []).map((item) => String(item["pk"]));
    const last = reply.LastEvaluatedKey;
    const next = last
      ? { shard, after: { pk: String(last["pk"]), dueAt: Number(last["dueAt"]) } }
      : { shard: shard + 1 };
    const items = await readMany(
      tables,
      table,
      ids.map((pk) => ({ pk, sk: "message" })),
    );
    const messages = items.flatMap((item) => messageIn(item) ?? []);
    return next.shard < sweptShards ? { messages, next } : { messages };
  };
}
