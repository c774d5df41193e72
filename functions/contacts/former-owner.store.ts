import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { Tables } from "../platform/aws.store.ts";
import { GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import type { Address } from "./contact.ts";

/** Whose an address was: their gate says what was said about it. */
export const FormerOwner = z.object({ contactId: z.string(), addressId: z.string() });
/** Whose an address was. */
export type FormerOwner = z.infer<typeof FormerOwner>;

/** Who had an address last, by its fingerprint: the address itself may have been erased. */
export interface FormerOwnerStore {
  readonly find: (address: Pick<Address, "kind" | "value">) => Promise<FormerOwner | undefined>;
  /** Remembers the owner that an address is about to leave. */
  readonly remember: (
    address: Pick<Address, "kind" | "value" | "id">,
    contactId: string,
    now: number,
  ) => Promise<void>;
}

/** Former owners in the contacts table. */
export function formerOwnerStore(tables: Tables, table: string): FormerOwnerStore {
  return {
    find: async (address) => {
      const Key = { pk: fingerprintOf(address), sk: "former-owner" };
      const { Item } = await tables.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item && FormerOwner.parse(Item);
    },
    remember: async (address, contactId, now) => {
      const Item = {
        pk: fingerprintOf(address),
        sk: "former-owner",
        contactId,
        addressId: address.id,
        at: now,
      };
      await tables.send(new PutCommand({ TableName: table, Item }));
    },
  };
}

/** Tokens come and go with every installation; what people say, they say of numbers and mailboxes. */
export function isKeptInMind({ kind }: Pick<Address, "kind">): boolean {
  return kind !== "device";
}

function fingerprintOf({ kind, value }: Pick<Address, "kind" | "value">): string {
  return `former#${createHash("sha256").update(`${kind}#${value}`).digest("base64url")}`;
}
