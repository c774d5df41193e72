import { gateIn } from "../consent/gate.store.ts";
import type { Gate } from "../consent/gate.ts";
import { externalKey, Owner } from "../contacts/claim.store.ts";
import { contactIn } from "../contacts/contact.store.ts";
import type { Contact } from "../contacts/contact.ts";
import type { Tables } from "../platform/aws.store.ts";
import { readMany } from "../platform/read-many.store.ts";

type Item = Readonly<Record<string, unknown>>;

/** Somebody a message goes to, and what they allow. */
export interface Person {
  /** Undefined when there is no such contact. */
  readonly contact: Contact | undefined;
  readonly gate: Gate;
}

/** People, read together: a request for fifty of them instead of two for each. */
export interface PeopleStore {
  /** Everybody who was asked for, by contact id. */
  readonly find: (contactIds: readonly string[]) => Promise<ReadonlyMap<string, Person>>;
  /** The contacts that have these external ids; who is not known is left out. */
  readonly findByExternalIds: (externalIds: readonly string[]) => Promise<ReadonlyMap<string, Contact>>;
}

/** Contacts and gates in their table, as they are now or, for half the price, as they were a moment ago: the gate is asked again before anything is sent. */
export function peopleStore(tables: Tables, table: string, as: "now" | "a-moment-ago"): PeopleStore {
  const itemsBy = async (sk: string, pks: readonly string[], isConsistent = as === "now") => {
    const keys = pks.map((pk) => ({ pk, sk }));
    return byPk(await readMany(tables, table, keys, { isConsistent }));
  };
  /** Who was not there a moment ago may have come since. */
  const profilesOf = async (contactIds: readonly string[], found: ReadonlyMap<string, Item>) => {
    const missing = contactIds.filter((id) => !found.has(id));
    if (missing.length === 0 || as === "now") return found;
    return new Map([...found, ...(await itemsBy("profile", missing, true))]);
  };
  return {
    find: async (contactIds) => {
      const keys = contactIds.flatMap((pk) => ["profile", "gate"].map((sk) => ({ pk, sk })));
      const items = await readMany(tables, table, keys, { isConsistent: as === "now" });
      const here = (sk: string) => byPk(items.filter((item) => item["sk"] === sk));
      const [profiles, gates] = [await profilesOf(contactIds, here("profile")), here("gate")];
      return new Map(
        contactIds.map((id) => [
          id,
          { contact: contactIn(profiles.get(id)), gate: gateIn(gates.get(id), id) },
        ]),
      );
    },
    findByExternalIds: async (externalIds) => {
      const keys = externalIds.map(externalKey);
      const owners = await itemsBy(
        "owner",
        keys.map(({ pk }) => pk),
      );
      const ids = [...owners.values()].map((item) => Owner.parse(item).contactId);
      const profiles = await profilesOf(ids, await itemsBy("profile", ids));
      const found = new Map<string, Contact>();
      // A claim may outlive what it was made for: only the contact itself is the truth.
      for (const { pk, value, isOf } of keys) {
        const owner = owners.get(pk);
        const contact = owner && contactIn(profiles.get(Owner.parse(owner).contactId));
        if (contact && isOf(contact)) found.set(value, contact);
      }
      return found;
    },
  };
}

function byPk(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [String(item["pk"]), item]));
}
