import { GetCommand, PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { shardOf } from "./cohort.ts";
import { InboundMessage, Message } from "./message.ts";

/** Messages, outgoing and incoming. */
export interface MessageStore {
  readonly find: (messageId: string) => Promise<Message | undefined>;
  /** False when a message with this id is already there. */
  readonly create: (message: Message) => Promise<boolean>;
  /** Writes the next version; false when somebody else changed the message first. */
  readonly replace: (next: Message, seen: Message) => Promise<boolean>;
  /** Messages of a contact, newest first. */
  readonly listOfContact: (contactId: string, limit: number) => Promise<(Message | InboundMessage)[]>;
  /** Ids of messages that should have moved by now, oldest first. */
  readonly listDue: (shard: number, now: number, limit: number) => Promise<string[]>;
  /** Ids of the messages of a shard that are due at exactly this instant. */
  readonly listDueAt: (shard: number, dueAt: number) => Promise<string[]>;
  /** False when this inbound message is already kept. */
  readonly keepInbound: (inbound: InboundMessage) => Promise<boolean>;
  readonly findInbound: (inboundId: string) => Promise<InboundMessage | undefined>;
}

/** Messages in their table. */
export function messageStore(tables: Tables, table: string): MessageStore {
  const get = async (pk: string) => {
    const reply = await tables.send(
      new GetCommand({ TableName: table, Key: { pk, sk: "message" }, ConsistentRead: true }),
    );
    return reply.Item;
  };
  const put = (item: Record<string, unknown>, condition: string, seen?: number) =>
    ifConditionHolds(
      tables.send(
        new PutCommand({
          TableName: table,
          Item: item,
          ConditionExpression: condition,
          ...(seen !== undefined && { ExpressionAttributeValues: { ":seen": seen } }),
        }),
      ),
    );
  return {
    find: async (messageId) => {
      const item = await get(messageId);
      // What people wrote to us stands in the same table under ids of its own.
      return item?.["message"] ? Message.parse(item["message"]) : undefined;
    },
    create: (message) => put(rowOf(message), "attribute_not_exists(pk)"),
    replace: (next, seen) =>
      put(rowOf({ ...next, version: seen.version + 1 }), "version = :seen", seen.version),
    listOfContact: async (contactId, limit) => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          IndexName: "byContact",
          KeyConditionExpression: "contactId = :contact",
          ExpressionAttributeValues: { ":contact": contactId },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return (reply.Items ?? []).map((item) =>
        item["inbound"] ? InboundMessage.parse(item["inbound"]) : Message.parse(item["message"]),
      );
    },
    listDue: async (shard, now, limit) => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          IndexName: "byDue",
          KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
          ExpressionAttributeValues: { ":shard": shard, ":now": now },
          Limit: limit,
        }),
      );
      return (reply.Items ?? []).map((item) => String(item["pk"]));
    },
    listDueAt: async (shard, dueAt) => {
      const ids: string[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const reply = await tables.send(
          new QueryCommand({
            TableName: table,
            IndexName: "byDue",
            KeyConditionExpression: "dueShard = :shard AND dueAt = :due",
            ExpressionAttributeValues: { ":shard": shard, ":due": dueAt },
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        ids.push(...(reply.Items ?? []).map((item) => String(item["pk"])));
        from = reply.LastEvaluatedKey;
      } while (from);
      return ids;
    },
    keepInbound: (inbound) =>
      put(
        { pk: inbound.id, sk: "message", contactId: inbound.contactId, createdAt: inbound.at, inbound },
        "attribute_not_exists(pk)",
      ),
    findInbound: async (inboundId) => {
      const item = await get(inboundId);
      return item && InboundMessage.parse(item["inbound"]);
    },
  };
}

/** Reads a message, decides its next version and writes it, again from the start when somebody else was quicker. */
export async function changeMessage(
  store: Pick<MessageStore, "find" | "replace">,
  messageId: string,
  change: (message: Message) => Message | undefined,
): Promise<Changed> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const seen = await store.find(messageId);
    if (!seen) return { is: "missing" };
    const next = change(seen);
    if (!next || next === seen) return { is: "unchanged", message: seen };
    if (await store.replace(next, seen))
      return { is: "changed", message: { ...next, version: seen.version + 1 }, before: seen };
  }
  throw new Error(`Message ${messageId} changed ${triesLimit} times while we looked`);
}

/** What came of a change. */
export type Changed =
  | { readonly is: "changed"; readonly message: Message; readonly before: Message }
  | { readonly is: "unchanged"; readonly message: Message }
  | { readonly is: "missing" };

const triesLimit = 10;

function rowOf(message: Message): Record<string, unknown> {
  const { id, contactId, createdAt, version, dueAt } = message;
  const due = dueAt === undefined ? {} : { dueAt, dueShard: shardOf(id) };
  return { pk: id, sk: "message", contactId, createdAt, version, ...due, message };
}
