import type { Contact } from "../contacts/contact.ts";
import type { Ids } from "../platform/ids.ts";
import { consentIn } from "./gate.ts";
import { recordConsent, type RecordUsing } from "./record.ts";
import type { Leaving } from "./unsubscribe-token.ts";

/** What unsubscribing works with. */
export interface UnsubscribeUsing extends RecordUsing {
  readonly contacts: {
    readonly find: (contactId: string) => Promise<Contact | undefined>;
    readonly findByAddress: (kind: "email", value: string) => Promise<Contact | undefined>;
  };
  readonly ids: Ids;
}

/**
 * Records that a person wants no more mail of a kind at an address. Their gate keeps it even when the contact is gone:
 * whoever gets the address next inherits it. Mail programs ask more than once, and the first time is the one that counts.
 */
export async function unsubscribe(leaving: Leaving, now: number, using: UnsubscribeUsing): Promise<void> {
  const contact = await using.contacts.find(leaving.contactId);
  await record(leaving, now, using);
  const heir = await heirOf(leaving, contact, using);
  if (heir) await record({ ...leaving, ...heir }, now, using);
}

async function record(
  { contactId, addressId, purpose, messageId }: Leaving,
  now: number,
  using: UnsubscribeUsing,
): Promise<void> {
  const gate = await using.gates.find(contactId);
  if (consentIn(gate, addressId, purpose) === "out") return;
  const id = using.ids.next("cse", now);
  const proof = { method: "unsubscribe-link", actor: "contact", source: messageId, at: now } as const;
  await recordConsent([{ id, contactId, addressId, purpose, state: "out", ...proof }], using);
}

/** The mailbox may be somebody else's contact by now: it was said of the mailbox. */
async function heirOf(
  { contactId, addressId }: Leaving,
  contact: Contact | undefined,
  { contacts }: UnsubscribeUsing,
): Promise<Pick<Leaving, "contactId" | "addressId"> | undefined> {
  const all = [...(contact?.addresses ?? []), ...(contact?.formerAddresses ?? [])];
  const value = all.find(({ id }) => id === addressId)?.value;
  const owner = value === undefined ? undefined : await contacts.findByAddress("email", value);
  const address = owner?.addresses.find((one) => one.kind === "email" && one.value === value);
  if (!owner || !address || (owner.id === contactId && address.id === addressId)) return undefined;
  return { contactId: owner.id, addressId: address.id };
}
