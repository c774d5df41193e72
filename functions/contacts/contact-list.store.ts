import type { Tables } from "../platform/aws.store.ts";
import { QueryCommand } from "../platform/dynamo.store.ts";
import { readMany } from "../platform/read-many.store.ts";
import { Contact } from "./contact.ts";

/** Contacts a page at a time. */
export interface ContactList {
  /** By their ids from the greatest down, which is newest first, after the one named; `next` is the last id when more may follow. */
  readonly page: (
    limit: number,
    after: string | undefined,
  ) => Promise<{ readonly contacts: Contact[]; readonly next?: string | undefined }>;
}

/** The index of all contacts is cut in parts: one alone would take no more than a thousand new contacts a second. */
const parts = 4;

/** The part of the list that a contact stands in. */
export function listShardOf(contactId: string): number {
  return contactId.charCodeAt(contactId.length - 1) % parts;
}

/** The list of contacts in their table. */
export function contactList(tables: Tables, table: string): ContactList {
  const idsIn = async (part: number, limit: number, after: string | undefined) => {
    const isAfter = after === undefined ? "" : " AND pk < :after";
    const reply = await tables.send(
      new QueryCommand({
        TableName: table,
        IndexName: "byId",
        KeyConditionExpression: `listShard = :part${isAfter}`,
        ExpressionAttributeValues: { ":part": part, ...(after !== undefined && { ":after": after }) },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return (reply.Items ?? []).map((item) => String(item["pk"]));
  };
  const contactsOf = async (ids: readonly string[]) => {
    const items = await readMany(
      tables,
      table,
      ids.map((pk) => ({ pk, sk: "profile" })),
    );
    const found = new Map(items.map((item) => [String(item["pk"]), Contact.parse(item["contact"])]));
    return ids.map((id) => found.get(id)).filter((contact) => contact !== undefined);
  };
  return {
    page: async (limit, after) => {
      const lists = await Promise.all(Array.from({ length: parts }, (_, part) => idsIn(part, limit, after)));
      const ids = lists
        .flat()
        .toSorted((one, other) => (one < other ? 1 : -1))
        .slice(0, limit);
      const next = ids.length === limit ? ids.at(-1) : undefined;
      return { contacts: await contactsOf(ids), ...(next && { next }) };
    },
  };
}
