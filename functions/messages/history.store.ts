import * as z from "zod/mini";
import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { readMany } from "../platform/read-many.store.ts";
import { InboundMessage, type Message } from "./message.ts";
import { messageIn } from "./message-item.ts";

/** A place in a contact's history. */
export const Place = z.object({ id: z.string().check(z.minLength(1), z.maxLength(60)), at: z.number() });
/** A place in a contact's history. */
export type Place = z.infer<typeof Place>;

/** Which part of a contact's history is asked for: up to `limit` entries after a place, in a span of time. */
export interface Span {
  readonly limit: number;
  readonly after?: Place | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** What was sent to a contact and what they wrote, newest first, a page at a time. */
export interface History {
  readonly page: (
    contactId: string,
    span: Span,
  ) => Promise<{ readonly entries: (Message | InboundMessage)[]; readonly next?: Place | undefined }>;
  /** Keeps a message from a person in another form. */
  readonly rewriteInbound: (inbound: InboundMessage) => Promise<void>;
}

/** Histories in the messages table: the index knows ids and times, the table the rest. */
export function historyStore(tables: Tables, table: string): History {
  const itemsOf = async (ids: readonly string[]) => {
    const items = await readMany(
      tables,
      table,
      ids.map((pk) => ({ pk, sk: "message" })),
    );
    const byId = new Map(items.map((item) => [item["pk"], item]));
    return ids.map((id) => byId.get(id)).filter((item) => item !== undefined);
  };
  return {
    page: async (contactId, { limit, after, from, to }) => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          IndexName: "byContact",
          KeyConditionExpression: "contactId = :contact AND createdAt BETWEEN :from AND :to",
          ExpressionAttributeValues: {
            ":contact": contactId,
            ":from": from ?? 0,
            ":to": to ?? Number.MAX_SAFE_INTEGER,
          },
          ScanIndexForward: false,
          Limit: limit,
          ...(after && {
            ExclusiveStartKey: { pk: after.id, sk: "message", contactId, createdAt: after.at },
          }),
        }),
      );
      const items = await itemsOf((reply.Items ?? []).map((item) => String(item["pk"])));
      const entries = items.map((item) => messageIn(item) ?? InboundMessage.parse(item["inbound"]));
      const last = reply.LastEvaluatedKey;
      return {
        entries,
        ...(last && { next: { id: String(last["pk"]), at: Number(last["createdAt"]) } }),
      };
    },
    rewriteInbound: async (inbound) => {
      const { id, contactId, at } = inbound;
      const Item = { pk: id, sk: "message", contactId, createdAt: at, inbound };
      const put = new PutCommand({ TableName: table, Item, ConditionExpression: "attribute_exists(pk)" });
      await ifConditionHolds(tables.send(put));
    },
  };
}
