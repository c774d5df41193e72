import { GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import type { AddressKind } from "../channels/channel.ts";
import { gateStore } from "../consent/gate.store.ts";
import { ledgerStore } from "../consent/ledger.store.ts";
import { ifConditionHolds, type Look, type Tables } from "../platform/aws.store.ts";
import type { Publish } from "../platform/events.ts";
import { addressKey, claimStore, externalKey, type Key, keysOf } from "./claim.store.ts";
import { Contact } from "./contact.ts";
import { listShardOf } from "./contact-list.store.ts";
import { formerOwnerStore, isKeptInMind } from "./former-owner.store.ts";
import { inherit, inheritanceOf } from "./inherit.ts";

/** What writing a contact came to. */
export type Written =
  | { readonly is: "written" }
  | { readonly is: "conflict" }
  | { readonly is: "taken"; readonly what: "external-id" | "address"; readonly value: string };

/** Contacts and the addresses that lead to them. */
export interface ContactStore {
  readonly find: (contactId: string, look?: Look) => Promise<Contact | undefined>;
  readonly findByAddress: (kind: AddressKind, value: string) => Promise<Contact | undefined>;
  readonly findByExternalId: (externalId: string) => Promise<Contact | undefined>;
  /** Writes a new contact once; a conflict when it is there already. */
  readonly create: (contact: Contact) => Promise<Written>;
  /** Writes a changed contact; a conflict when somebody else changed it since it was read. */
  readonly replace: (next: Contact, seen: Contact) => Promise<Written>;
}

/** The contact of an item; undefined when there is none. */
export function contactIn(item: Readonly<Record<string, unknown>> | undefined): Contact | undefined {
  return item && Contact.parse(item["contact"]);
}

/** Contacts in their table; whoever adds addresses says where to publish the opt-outs that come with them. */
export function contactStore(
  tables: Tables,
  table: string,
  publish: Publish = async () => undefined,
): ContactStore {
  const find = async (contactId: string, look?: Look) => {
    const Key = { pk: contactId, sk: "profile" };
    const ConsistentRead = look !== "a-moment-ago";
    const { Item } = await tables.send(new GetCommand({ TableName: table, Key, ConsistentRead }));
    return contactIn(Item);
  };
  const claims = claimStore(tables, table, find);
  const findOwner = async (key: Key) => {
    const owner = await claims.ownerOf(key);
    const contact = owner === undefined ? undefined : await find(owner);
    return contact && key.isOf(contact) ? contact : undefined;
  };
  const put = (contact: Contact, condition: string, values?: Record<string, number>) => {
    const { id, updatedAt } = contact;
    const Item = { pk: id, sk: "profile", listShard: listShardOf(id), updatedAt, contact };
    const guard = { ConditionExpression: condition, ...(values && { ExpressionAttributeValues: values }) };
    return ifConditionHolds(tables.send(new PutCommand({ TableName: table, Item, ...guard })));
  };
  const formerOwners = formerOwnerStore(tables, table);
  const inheriting = {
    gates: gateStore(tables, table),
    ledger: ledgerStore(tables, table),
    publish,
    formerOwners,
  };
  /** Writes a contact with addresses that may come from somebody else: what those were told to leave alone is known before they can be used. */
  const putWithInheritance = async (
    contact: Contact,
    had: Contact["addresses"],
    write: () => Promise<boolean>,
  ) => {
    const inheritances = await inheritanceOf(contact, had, inheriting);
    await inherit(inheritances, contact.id, inheriting);
    if (!(await write())) return false;
    // A STOP may have reached the old owner since; from here on it reaches the new one.
    await inherit(inheritances, contact.id, inheriting);
    return true;
  };
  return {
    find,
    findByAddress: (kind, value) => findOwner(addressKey(kind, value)),
    findByExternalId: (externalId) => findOwner(externalKey(externalId)),
    create: async (contact) => {
      const keys = keysOf(contact);
      const taken = await claims.take(keys, contact);
      if (!taken) {
        const write = () => put(contact, "attribute_not_exists(pk)");
        return { is: (await putWithInheritance(contact, [], write)) ? "written" : "conflict" };
      }
      // The caller will try again without the taken one, as a new contact: leave nothing in its way.
      if (!(await find(contact.id))) await claims.giveBack(keys, contact.id, contact.updatedAt);
      return { is: "taken", what: taken.what, value: taken.value };
    },
    replace: async (next, seen) => {
      // Two changes in one millisecond must differ, or the later one could not see the earlier.
      const changed = { ...next, updatedAt: Math.max(next.updatedAt, seen.updatedAt + 1) };
      const keys = keysOf(changed);
      const taken = await claims.take(keys, changed);
      if (taken) return { is: "taken", what: taken.what, value: taken.value };
      const leaving = seen.addresses.filter(
        (old) => isKeptInMind(old) && changed.addresses.every(({ id }) => id !== old.id),
      );
      for (const old of leaving) await formerOwners.remember(old, seen.id, changed.updatedAt);
      const write = () => put(changed, "updatedAt = :seen", { ":seen": seen.updatedAt });
      if (!(await putWithInheritance(changed, seen.addresses, write))) return { is: "conflict" };
      const dropped = keysOf(seen).filter(({ pk }) => keys.every((kept) => kept.pk !== pk));
      await claims.giveBack(dropped, seen.id, seen.updatedAt);
      return { is: "written" };
    },
  };
}
