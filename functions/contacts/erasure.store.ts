import * as z from "zod/mini";
import { AddressKind } from "../channels/channel.ts";
import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { DeleteCommand, GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import { addressKey, claimStore, externalKey } from "./claim.store.ts";
import type { Contact } from "./contact.ts";
import { contactStore } from "./contact.store.ts";
import { formerOwnerStore, isKeptInMind } from "./former-owner.store.ts";

/** That somebody was erased and when; while that goes on, also what is still to be given back. */
export const Erasure = z.object({
  contactId: z.string().check(z.startsWith("con_")),
  startedAt: z.int(),
  /** Who asked for it: an API key. */
  by: z.string(),
  finishedAt: z.optional(z.int()),
  externalId: z.optional(z.string()),
  addresses: z.optional(z.array(z.object({ kind: AddressKind, value: z.string() }))),
});
/** That somebody was erased and when. */
export type Erasure = z.infer<typeof Erasure>;

/** Takes people out of the contacts table. */
export interface ErasureStore {
  readonly find: (contactId: string) => Promise<Erasure | undefined>;
  /** Forgets who a contact is, so that nobody can reach them any more; false when they were changed meanwhile. */
  readonly forget: (contact: Contact, erasure: Erasure) => Promise<boolean>;
  /** Gives back what only they could have; what is left says when, and nothing of whom. */
  readonly finish: (erasure: Erasure, now: number) => Promise<Erasure>;
}

/** Erasures in the contacts table. */
export function erasureStore(tables: Tables, table: string): ErasureStore {
  const contacts = contactStore(tables, table);
  const claims = claimStore(tables, table, contacts.find);
  const formerOwners = formerOwnerStore(tables, table);
  const keep = (erasure: Erasure) =>
    tables.send(
      new PutCommand({ TableName: table, Item: { pk: erasure.contactId, sk: "erasure", erasure } }),
    );
  return {
    find: async (contactId) => {
      const Key = { pk: contactId, sk: "erasure" };
      const { Item } = await tables.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item && Erasure.parse(Item["erasure"]);
    },
    forget: async (contact, erasure) => {
      const { id, updatedAt, addresses } = contact;
      await keep(erasure);
      for (const address of addresses.filter(isKeptInMind))
        await formerOwners.remember(address, id, erasure.startedAt);
      const gone = new DeleteCommand({
        TableName: table,
        Key: { pk: id, sk: "profile" },
        ConditionExpression: "updatedAt = :seen",
        ExpressionAttributeValues: { ":seen": updatedAt },
      });
      return ifConditionHolds(tables.send(gone));
    },
    finish: async ({ externalId, addresses, ...erasure }, now) => {
      const external = externalId === undefined ? [] : [externalKey(externalId)];
      const keys = [...external, ...(addresses ?? []).map(({ kind, value }) => addressKey(kind, value))];
      await claims.giveBack(keys, erasure.contactId, now);
      const finished = { ...erasure, finishedAt: now };
      await keep(finished);
      return finished;
    },
  };
}
