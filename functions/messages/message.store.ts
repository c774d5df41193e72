import { GetCommand, PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { ifConditionHolds, type Look, type Tables } from "../platform/aws.store.ts";
import { readMany } from "../platform/read-many.store.ts";
import { dueShards } from "./cohort.ts";
import { InboundMessage, type Message } from "./message.ts";
import { itemOfMessage, messageIn, placeOf } from "./message-item.ts";

/** Messages, outgoing and incoming. */
export interface MessageStore {
  readonly find: (messageId: string, look?: Look) => Promise<Message | undefined>;
  /** Those that are there, by their ids, read a hundred at a time. */
  readonly findAll: (messageIds: readonly string[], look: Look) => Promise<ReadonlyMap<string, Message>>;
  /** False when a message with this id is already there. */
  readonly create: (message: Message) => Promise<boolean>;
  /** Writes the next version, the first one where nobody has stored the message; false when somebody else was first. */
  readonly replace: (next: Message, seen: Message) => Promise<boolean>;
  /** Ids of messages that should have moved by now, oldest first. */
  readonly listDue: (shard: number, now: number, limit: number) => Promise<string[]>;
  /** Ids of messages that wait for a switch, a page at a time; the last page has no next one. */
  readonly pageOfWaiting: (from?: string) => Promise<{ readonly ids: string[]; readonly next?: string }>;
  /** False when this inbound message is already kept. */
  readonly keepInbound: (inbound: InboundMessage) => Promise<boolean>;
  readonly findInbound: (inboundId: string) => Promise<InboundMessage | undefined>;
}

/** Shards of the index of due messages: those of what moves, then as many of what waits for a switch. */
export const sweptShards = 2 * dueShards;
/** Most ids on a page of waiting messages. */
const pageLimit = 500;

/** Messages in their table. */
export function messageStore(tables: Tables, table: string): MessageStore {
  const get = async (pk: string, look?: Look) => {
    const Key = { pk, sk: "message" };
    const ConsistentRead = look !== "a-moment-ago";
    const reply = await tables.send(new GetCommand({ TableName: table, Key, ConsistentRead }));
    return reply.Item;
  };
  const getAll = async (ids: readonly string[], isConsistent = false) => {
    const keys = ids.map((pk) => ({ pk, sk: "message" }));
    const items = await readMany(tables, table, keys, { isConsistent });
    return new Map(items.map((item) => [String(item["pk"]), item]));
  };
  /** Over the version that was seen, or where nothing stands. */
  const put = (item: object, seen = 0) =>
    ifConditionHolds(
      tables.send(
        new PutCommand({
          TableName: table,
          Item: { ...item },
          ConditionExpression: seen === 0 ? "attribute_not_exists(pk)" : "version = :seen",
          ...(seen > 0 && { ExpressionAttributeValues: { ":seen": seen } }),
        }),
      ),
    );
  return {
    find: async (messageId, look) => messageIn(await get(messageId, look)),
    findAll: async (messageIds, look) => {
      const messages = new Map<string, Message>();
      for (const [id, item] of await getAll(messageIds, look === "now")) {
        const message = messageIn(item);
        if (message) messages.set(id, message);
      }
      return messages;
    },
    create: (message) => put(itemOfMessage(message)),
    replace: (next, seen) => put(itemOfMessage({ ...next, version: seen.version + 1 }), seen.version),
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
    pageOfWaiting: async (from) => {
      const place: { shard: number; after?: Record<string, unknown> } = from
        ? JSON.parse(from)
        : { shard: dueShards };
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          IndexName: "byDue",
          KeyConditionExpression: "dueShard = :shard",
          ExpressionAttributeValues: { ":shard": place.shard },
          ...(place.after && { ExclusiveStartKey: place.after }),
          Limit: pageLimit,
        }),
      );
      const ids = (reply.Items ?? []).map((item) => String(item["pk"]));
      const after = reply.LastEvaluatedKey;
      const next = after ? { shard: place.shard, after } : { shard: place.shard + 1 };
      return next.shard < sweptShards ? { ids, next: JSON.stringify(next) } : { ids };
    },
    keepInbound: (inbound) =>
      put({ pk: inbound.id, sk: "message", contactId: inbound.contactId, createdAt: inbound.at, inbound }),
    findInbound: async (inboundId) => {
      const item = await get(inboundId);
      return item && InboundMessage.parse(item["inbound"]);
    },
  };
}

/** Decides a message's next version and writes it, again from a fresh look when somebody else was quicker; a message in hand saves the first look. */
export async function changeMessage(
  store: Pick<MessageStore, "find" | "replace">,
  messageId: string,
  change: (message: Message) => Message | undefined,
  inHand?: Message,
): Promise<Changed> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const seen = (tries === 0 ? inHand : undefined) ?? (await store.find(messageId));
    if (!seen) return { is: "missing" };
    const next = change(seen);
    if (!next || next === seen) return { is: "unchanged", message: seen };
    if (await store.replace(next, seen))
      return { is: "changed", message: asWritten(next, seen), before: seen };
  }
  throw new Error(`Message ${messageId} changed ${triesLimit} times while we looked`);
}

/** What stands in the table after a change: whoever holds it need not look again. */
function asWritten(next: Message, seen: Message): Message {
  const { foundAt: _foundAt, ...rest } = next;
  const foundAt = placeOf(next);
  return { ...rest, version: seen.version + 1, ...(foundAt !== undefined && { foundAt }) };
}

/** What came of a change. */
export type Changed =
  | { readonly is: "changed"; readonly message: Message; readonly before: Message }
  | { readonly is: "unchanged"; readonly message: Message }
  | { readonly is: "missing" };

const triesLimit = 10;
