import { type ConsentEntry, consentKey, stoppable } from "../consent/consent.ts";
import type { Gate } from "../consent/gate.ts";
import { recordConsent, type RecordUsing } from "../consent/record.ts";
import { idFrom } from "../platform/ids.ts";
import type { Address, Contact } from "./contact.ts";
import { type FormerOwner, type FormerOwnerStore, isKeptInMind } from "./former-owner.store.ts";

/** What inheriting works with. */
export interface InheritUsing extends RecordUsing {
  readonly formerOwners: Pick<FormerOwnerStore, "find">;
}

/** An address that comes from another contact. */
export interface Inheritance {
  readonly address: Address;
  readonly from: FormerOwner;
}

/** Which of the addresses that a contact is about to get were somebody else's. */
export async function inheritanceOf(
  contact: Contact,
  had: readonly Address[],
  { formerOwners }: Pick<InheritUsing, "formerOwners">,
): Promise<Inheritance[]> {
  const known = new Set(had.map(({ id }) => id));
  const found = contact.addresses
    .filter((address) => isKeptInMind(address) && !known.has(address.id))
    .map(async (address) => {
      const from = await formerOwners.find(address);
      const isOwn = from?.contactId === contact.id && from.addressId === address.id;
      return from && !isOwn ? [{ address, from }] : [];
    });
  return (await Promise.all(found)).flat();
}

/**
 * Takes over opt-outs of addresses that were somebody else's: whoever said STOP from a number said it of that number.
 * An opt-in is not taken over: it was given by a person, and nobody knows who has the number now.
 */
export async function inherit(
  inheritances: readonly Inheritance[],
  contactId: string,
  using: InheritUsing,
): Promise<void> {
  for (const { address, from } of inheritances) {
    const entries = carried(await using.gates.find(from.contactId), from, contactId, address.id);
    const known = entries.length > 0 ? (await using.gates.find(contactId)).consents : {};
    const news = entries.filter(({ purpose, at }) => (known[consentKey(address.id, purpose)]?.at ?? -1) < at);
    await recordConsent(news, using);
  }
}

function carried(gate: Gate, from: FormerOwner, contactId: string, addressId: string): ConsentEntry[] {
  return stoppable.flatMap((purpose) => {
    const said = gate.consents[consentKey(from.addressId, purpose)];
    if (said?.state !== "out") return [];
    const id = idFrom("cse", `${said.entryId}/${contactId}/${addressId}/${purpose}`);
    const proof = { method: "carried-over" as const, actor: "heliograph", source: said.entryId };
    return [{ id, contactId, addressId, purpose, state: "out" as const, at: said.at, ...proof }];
  });
}
