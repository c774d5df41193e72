import { Problem } from "../platform/problem.ts";
import { type Address, addressLimit, type Contact } from "./contact.ts";
import type { NewAddress } from "./contacts.routes.ts";
import { phoneOf } from "./phone.ts";

/** An address in its one true form: E.164 for phones, lower case for mail domains; a problem when it cannot exist. */
export function addressFrom(given: NewAddress, id: string, homeCountry: string, field: string): Address {
  if (given.kind === "device") return { ...given, id };
  if (given.kind === "email") return { ...given, id, value: mailbox(given.value) };
  const phone = phoneOf(given.value, homeCountry);
  if (!phone) throw new Problem("address.invalid", [{ field, message: "is not a phone number that can exist" }]);
  const lineType = given.lineType === "unknown" ? phone.lineType : given.lineType;
  return { id, kind: "phone", value: phone.number, lineType };
}

/** The contact with one more address. */
export function withAddress(contact: Contact, address: Address, now: number): Contact {
  if (contact.addresses.length >= addressLimit) {
    throw new Problem("body.invalid", [{ field: "addresses", message: `a contact has at most ${addressLimit} addresses` }]);
  }
  return { ...contact, addresses: [...contact.addresses, address], updatedAt: now };
}

/** What may change about an address. */
export interface AddressChange {
  readonly value?: string | undefined;
  readonly lineType?: "mobile" | "landline" | "voip" | "unknown" | undefined;
  readonly permission?: "granted" | "provisional" | "denied" | "unknown" | undefined;
  readonly timeZone?: string | undefined;
}

/** The contact with one address changed; a field that this kind of address does not have is named. */
export function withChangedAddress(contact: Contact, addressId: string, change: AddressChange, now: number, homeCountry: string): Contact {
  const address = contact.addresses.find(({ id }) => id === addressId);
  if (!address) throw new Problem("address.not-found");
  const changed = changedAddress(address, change, homeCountry);
  const addresses = contact.addresses.map((old) => (old.id === addressId ? changed : old));
  return { ...contact, addresses, updatedAt: now };
}

/** The contact without an address. */
export function withoutAddress(contact: Contact, addressId: string, now: number): Contact {
  const addresses = contact.addresses.filter(({ id }) => id !== addressId);
  if (addresses.length === contact.addresses.length) throw new Problem("address.not-found");
  return { ...contact, addresses, updatedAt: now };
}

function changedAddress(address: Address, change: AddressChange, homeCountry: string): Address {
  const fields = { phone: ["value", "lineType"], device: ["value", "permission", "timeZone"], email: ["value"] }[address.kind];
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const foreign = Object.keys(given).find((field) => !fields.includes(field));
  if (foreign) throw new Problem("body.invalid", [{ field: foreign, message: `a ${address.kind} address has no such field` }]);
  const { id, ...rest } = { ...address, ...given };
  return addressFrom(rest, id, homeCountry, "value");
}

function mailbox(value: string): string {
  const at = value.lastIndexOf("@");
  return `${value.slice(0, at)}@${value.slice(at + 1).toLowerCase()}`;
}
