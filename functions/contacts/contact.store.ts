import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { ifConditionHolds } from "../platform/aws.store.ts";
import type { AddressKind } from "../channels/channel.ts";
import { type Address, Contact } from "./contact.ts";

/** What writing a contact came to. */
export type Written =
  | { readonly is: "written" }
  | { readonly is: "conflict" }
  | { readonly is: "taken"; readonly what: "external-id" | "address"; readonly value: string };

/** Contacts and the addresses that lead to them. */
export interface ContactStore {
  readonly find: (contactId: string) => Promise<Contact | undefined>;
  readonly findByAddress: (kind: AddressKind, value: string) => Promise<Contact | undefined>;
  readonly findByExternalId: (externalId: string) => Promise<Contact | undefined>;
  /** Writes a new contact once; the same contact again is no error. */
  readonly create: (contact: Contact) => Promise<Written>;
  /** Writes a changed contact; a conflict when somebody else changed it since it was read. */
  readonly replace: (next: Contact, seen: Contact) => Promise<Written>;
}

/** Contacts in their table. */
export function contactStore(tables: DynamoDBDocumentClient, table: string): ContactStore {
  const read = async (pk: string, sk: string) => {
    const reply = await tables.send(new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }));
    return reply.Item;
  };
  const find = async (contactId: string) => {
    const item = await read(contactId, "profile");
    return item && Contact.parse(item["contact"]);
  };
  const ownerOf = async (pk: string) => {
    const item = await read(pk, "owner");
    return typeof item?.["contactId"] === "string" ? item["contactId"] : undefined;
  };
  const findByOwner = async (pk: string, has: (contact: Contact) => boolean) => {
    const owner = await ownerOf(pk);
    const contact = owner ? await find(owner) : undefined;
    // The claim outlives a contact that was never finished or has dropped the address: only the contact itself counts.
    return contact && has(contact) ? contact : undefined;
  };

  /** True when the contact owns the key now; a claim whose contact does not have the thing may be taken over. */
  const claim = async ({ pk, has }: Key, contactId: string): Promise<boolean> => {
    const Item = { pk, sk: "owner", contactId };
    const put = (condition: string, values?: Record<string, string>) =>
      ifConditionHolds(
        tables.send(
          new PutCommand({
            TableName: table,
            Item,
            ConditionExpression: condition,
            ...(values && { ExpressionAttributeValues: values }),
          }),
        ),
      );
    if (await put("attribute_not_exists(pk) OR contactId = :own", { ":own": contactId })) return true;
    const other = await ownerOf(pk);
    const owner = other === undefined ? undefined : await find(other);
    if (owner && has(owner)) return false;
    return put("contactId = :other", { ":other": other ?? "" });
  };

  const write = async (contact: Contact, condition: string, values?: Record<string, number>): Promise<Written> => {
    const keys = keysOf(contact);
    for (const key of keys) {
      if (!(await claim(key, contact.id))) return { is: "taken", what: key.what, value: key.value };
    }
    const isWritten = await ifConditionHolds(
      tables.send(
        new PutCommand({
          TableName: table,
          Item: { pk: contact.id, sk: "profile", updatedAt: contact.updatedAt, contact },
          ConditionExpression: condition,
          ...(values && { ExpressionAttributeValues: values }),
        }),
      ),
    );
    return isWritten ? { is: "written" } : { is: "conflict" };
  };

  const release = async (pk: string, contactId: string) => {
    const condition = { ConditionExpression: "contactId = :own", ExpressionAttributeValues: { ":own": contactId } };
    await ifConditionHolds(tables.send(new DeleteCommand({ TableName: table, Key: { pk, sk: "owner" }, ...condition })));
  };

  return {
    find,
    findByAddress: (kind, value) => findByOwner(addressKey(kind, value), (contact) => hasAddress(contact, kind, value)),
    findByExternalId: (id) => findByOwner(`external#${id}`, ({ externalId }) => externalId === id),
    create: (contact) => write(contact, "attribute_not_exists(pk)"),
    replace: async (next, seen) => {
      // Two changes in one millisecond must differ, or the later one could not see the earlier.
      const changed = { ...next, updatedAt: Math.max(next.updatedAt, seen.updatedAt + 1) };
      const written = await write(changed, "updatedAt = :seen", { ":seen": seen.updatedAt });
      if (written.is !== "written") return written;
      const kept = new Set(keysOf(changed).map(({ pk }) => pk));
      for (const { pk } of keysOf(seen)) if (!kept.has(pk)) await release(pk, seen.id);
      return written;
    },
  };
}

interface Key {
  readonly pk: string;
  readonly what: "external-id" | "address";
  readonly value: string;
  readonly has: (contact: Contact) => boolean;
}

function keysOf(contact: Contact): Key[] {
  const external = contact.externalId;
  const ofExternal: Key[] = external
    ? [{ pk: `external#${external}`, what: "external-id", value: external, has: ({ externalId }) => externalId === external }]
    : [];
  const ofAddresses = contact.addresses.map(
    ({ kind, value }): Key => ({
      pk: addressKey(kind, value),
      what: "address",
      value,
      has: (owner) => hasAddress(owner, kind, value),
    }),
  );
  return [...ofExternal, ...ofAddresses];
}

function hasAddress(contact: Contact, kind: Address["kind"], value: string): boolean {
  return contact.addresses.some((address) => address.kind === kind && address.value === value);
}

function addressKey(kind: Address["kind"], value: string): string {
  return `address#${kind}#${value}`;
}
