import { createHash } from "node:crypto";
import { DeleteCommand, GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import * as z from "zod/mini";
import type { AddressKind } from "../channels/channel.ts";
import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import type { Contact } from "./contact.ts";

/** Something that only one contact may have: an address or an external id. */
export interface Key {
  readonly pk: string;
  readonly what: "external-id" | "address";
  readonly value: string;
  readonly isOf: (contact: Contact) => boolean;
}

/** Who has what. Only the contact itself is the truth: a claim may outlive a contact that was never finished. */
export interface ClaimStore {
  readonly ownerOf: (key: Key) => Promise<string | undefined>;
  /** Claims keys for a contact about to be written; names the first that somebody else has. */
  readonly take: (keys: readonly Key[], contact: Contact) => Promise<Key | undefined>;
  /** Gives back what was claimed no later than an instant: what has been claimed since is meant. */
  readonly giveBack: (keys: readonly Key[], contactId: string, until: number) => Promise<void>;
}

/** Longer than any request runs: until then a claim without its contact belongs to one that is being written. */
export const claimLeaseMilliseconds = 60_000;

/** Who has a key, as the table keeps it. */
export const Owner = z.object({ contactId: z.string(), claimedAt: z.number() });

/** Claims in the contacts table. */
export function claimStore(
  tables: Tables,
  table: string,
  findContact: (contactId: string) => Promise<Contact | undefined>,
): ClaimStore {
  const find = async ({ pk }: Key) => {
    const Command = new GetCommand({ TableName: table, Key: { pk, sk: "owner" }, ConsistentRead: true });
    const { Item } = await tables.send(Command);
    return Item && Owner.parse(Item);
  };
  const put = (
    { pk }: Key,
    { id, updatedAt }: Contact,
    condition: string,
    values: Record<string, string | number>,
  ) => {
    const Item = { pk, sk: "owner", contactId: id, claimedAt: updatedAt };
    const guard = { ConditionExpression: condition, ExpressionAttributeValues: values };
    return ifConditionHolds(tables.send(new PutCommand({ TableName: table, Item, ...guard })));
  };
  const takeOne = async (key: Key, contact: Contact): Promise<boolean> => {
    if (await put(key, contact, "attribute_not_exists(pk) OR contactId = :own", { ":own": contact.id }))
      return true;
    const other = await find(key);
    if (!other || contact.updatedAt < other.claimedAt + claimLeaseMilliseconds) return false;
    const owner = await findContact(other.contactId);
    if (owner && key.isOf(owner)) return false;
    const seen = { ":other": other.contactId, ":then": other.claimedAt };
    return put(key, contact, "contactId = :other AND claimedAt = :then", seen);
  };
  return {
    ownerOf: async (key) => (await find(key))?.contactId,
    take: async (keys, contact) => {
      for (const key of keys) if (!(await takeOne(key, contact))) return key;
      return undefined;
    },
    giveBack: async (keys, contactId, until) => {
      for (const { pk } of keys) {
        const ConditionExpression = "contactId = :own AND claimedAt <= :until";
        const guard = {
          ConditionExpression,
          ExpressionAttributeValues: { ":own": contactId, ":until": until },
        };
        await ifConditionHolds(
          tables.send(new DeleteCommand({ TableName: table, Key: { pk, sk: "owner" }, ...guard })),
        );
      }
    },
  };
}

/** Everything a contact must be the only one to have. */
export function keysOf({ externalId, addresses }: Contact): Key[] {
  const external = externalId === undefined ? [] : [externalKey(externalId)];
  return [...external, ...addresses.map(({ kind, value }) => addressKey(kind, value))];
}

/** The key of an external id. */
export function externalKey(externalId: string): Key {
  const isOf = (contact: Contact) => contact.externalId === externalId;
  return { pk: `external#${externalId}`, what: "external-id", value: externalId, isOf };
}

/** The key of an address. Tokens may have 4,096 characters and keys no more than 2 KB, so a token stands as its hash. */
export function addressKey(kind: AddressKind, value: string): Key {
  const isOf = ({ addresses }: Contact) => addresses.some((one) => one.kind === kind && one.value === value);
  const known = kind === "device" ? createHash("sha256").update(value).digest("hex") : value;
  return { pk: `address#${kind}#${known}`, what: "address", value, isOf };
}
