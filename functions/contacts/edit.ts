import { Problem } from "../platform/problem.ts";
import { Address, addressLimit, Contact, formerAddressLimit, type SubscriptionKeys } from "./contact.ts";
import type { ChangedContact, NewAddress } from "./contacts.routes.ts";
import { phoneOf } from "./phone.ts";
import { assertSubscription } from "./subscription.ts";

/** What reading addresses has to know. */
export interface Door {
  /** Country of phone numbers that are written without one. */
  readonly homeCountry: string;
  /** Whether push services on this machine are meant. @default false */
  readonly isLocal?: boolean;
}

/** An address in its one true form: E.164 for phones, lower case for mail domains; a problem when it cannot exist. */
export function addressFrom(
  given: NewAddress,
  id: string,
  { homeCountry, isLocal = false }: Door,
  field: string,
): Address {
  if (given.kind === "device") {
    const device = { ...given, id };
    assertSubscription(device, field, isLocal);
    return device;
  }
  if (given.kind === "email") return { ...given, id, value: mailboxOf(given.value) };
  const phone = phoneOf(given.value, homeCountry);
  if (!phone)
    throw new Problem("address.invalid", [{ field, message: "is not a phone number that can exist" }]);
  const lineType = given.lineType === "unknown" ? phone.lineType : given.lineType;
  return { id, kind: "phone", value: phone.number, lineType };
}

/** The contact with an address: one more, or the one they had brought up to date; apps tell their token at every start. */
export function withAddress(contact: Contact, address: Address, now: number): Contact {
  const had = contact.addresses.find((old) => isSame(old, address));
  if (had) return withInPlace(contact, { ...had, ...known(address), id: had.id }, now);
  if (contact.addresses.length >= addressLimit) {
    throw new Problem("body.invalid", [
      { field: "addresses", message: `a contact has at most ${addressLimit} addresses` },
    ]);
  }
  // An opt-out belongs to the address: it counts again when the address comes back, so the id must be the same.
  const former = contact.formerAddresses?.find((old) => isSame(old, address));
  const back = { ...address, id: former?.id ?? address.id };
  return { ...contact, addresses: [...contact.addresses, back], updatedAt: now };
}

/** The contact with a change of what is known of them: what it leaves out stays, null clears a field. */
export function withChanges(contact: Contact, change: ChangedContact, now: number): Contact {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const all = Object.entries({ ...contact, ...Object.fromEntries(given), updatedAt: now });
  return Contact.parse(Object.fromEntries(all.filter(([, value]) => value !== null)));
}

/** What may change about an address. A new phone number is a new address: consent was given for the old one. */
export interface AddressChange {
  readonly value?: string | undefined;
  readonly keys?: SubscriptionKeys | undefined;
  readonly lineType?: "mobile" | "landline" | "voip" | "unknown" | undefined;
  readonly permission?: "granted" | "provisional" | "denied" | "unknown" | undefined;
  readonly timeZone?: string | undefined;
}

/** The contact with one address changed; a field that this kind of address does not have is named. */
export function withChangedAddress(
  contact: Contact,
  addressId: string,
  change: AddressChange,
  now: number,
  isLocal = false,
): Contact {
  const address = contact.addresses.find(({ id }) => id === addressId);
  if (!address) throw new Problem("address.not-found");
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const foreign = Object.keys(given).find((field) => !changeable[address.kind].includes(field));
  if (foreign)
    throw new Problem("body.invalid", [
      { field: foreign, message: `cannot change on a ${address.kind} address` },
    ]);
  const changed = { ...address, ...given };
  assertSubscription(changed, "value", isLocal);
  if (contact.addresses.some((other) => other.id !== addressId && isSame(other, changed))) {
    throw new Problem("body.invalid", [{ field: "value", message: "is another address of this contact" }]);
  }
  return withInPlace(contact, changed, now);
}

const changeable: Readonly<Record<Address["kind"], readonly string[]>> = {
  phone: ["lineType"],
  device: ["value", "keys", "permission", "timeZone"],
  email: [],
};

/** The contact without an address; what the person said about it is not forgotten. */
export function withoutAddress(contact: Contact, addressId: string, now: number): Contact {
  const gone = contact.addresses.find(({ id }) => id === addressId);
  if (!gone) throw new Problem("address.not-found");
  const addresses = contact.addresses.filter((kept) => kept !== gone);
  const others = (contact.formerAddresses ?? []).filter((former) => !isSame(former, gone));
  const { id, kind, value } = gone;
  // Tokens come and go with every installation; there is nothing to remember of them.
  const former = kind === "device" ? others : [...others, { id, kind, value }].slice(-formerAddressLimit);
  return { ...contact, addresses, formerAddresses: former, updatedAt: now };
}

/** A mailbox with its domain in lower case; what stands before the @ belongs to the mail server. */
export function mailboxOf(value: string): string {
  const at = value.lastIndexOf("@");
  return `${value.slice(0, at)}@${value.slice(at + 1).toLowerCase()}`;
}

/** Whether two addresses lead to the same place. */
export function isSame(
  one: Pick<Address, "kind" | "value">,
  other: Pick<Address, "kind" | "value">,
): boolean {
  return one.kind === other.kind && one.value === other.value;
}

function withInPlace(contact: Contact, changed: object & { readonly id: string }, now: number): Contact {
  const address = Address.parse(changed);
  const addresses = contact.addresses.map((old) => (old.id === address.id ? address : old));
  return { ...contact, addresses, updatedAt: now };
}

/** "unknown" is what callers say who say nothing: it takes nothing back. */
function known(address: Address): Partial<Address> {
  return Object.fromEntries(Object.entries(address).filter(([, value]) => value !== "unknown"));
}
