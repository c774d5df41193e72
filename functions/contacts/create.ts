import type * as z from "zod/mini";
import { type FieldError, Problem } from "../platform/problem.ts";
import type { Address, Contact } from "./contact.ts";
import type { ContactStore, Written } from "./contact.store.ts";
import type { NewAddress, NewContact } from "./contacts.routes.ts";
import { addressFrom, type Door, isSame } from "./edit.ts";

/** What creating works with. */
export interface CreateUsing extends Door {
  readonly contacts: Pick<ContactStore, "create" | "find">;
  readonly newId: (kind: "con" | "adr") => string;
}

/** Creates a contact; under the same ids it is the same contact, however often it is asked for. */
export async function createContact(
  asked: z.infer<typeof NewContact>,
  now: number,
  using: CreateUsing,
): Promise<Contact> {
  const addresses = addressesFrom(asked.addresses, using);
  const contact: Contact = { ...asked, id: using.newId("con"), addresses, createdAt: now, updatedAt: now };
  const written = await using.contacts.create(contact);
  const index = written.is === "taken" ? addresses.findIndex(({ value }) => value === written.value) : -1;
  // A retry finds the contact that it had created itself.
  if (written.is !== "conflict") assertWritten(written, fieldOf(index));
  return (await using.contacts.find(contact.id)) ?? contact;
}

/** The addresses of a body in their one true form, each once. */
export function addressesFrom(
  given: readonly NewAddress[],
  using: Pick<CreateUsing, "homeCountry" | "isLocal" | "newId">,
): Address[] {
  const addresses = given.map((one, index) => addressFrom(one, using.newId("adr"), using, fieldOf(index)));
  assertDistinct(addresses);
  return addresses;
}

/** Turns what the store could not write into the caller's problem, with the field that is to blame. */
export function assertWritten(written: Written, addressField: string): void {
  if (written.is === "written") return;
  if (written.is === "conflict") throw new Problem("contact.changed");
  const isAddress = written.what === "address";
  const errors: FieldError[] = [
    { field: isAddress ? addressField : "externalId", message: "belongs to another contact" },
  ];
  throw new Problem(isAddress ? "address.taken" : "external-id.taken", errors);
}

/** One address twice would have two consents, and only one of them would hear of a STOP. */
function assertDistinct(addresses: readonly Address[]): void {
  const twice = addresses.findIndex(
    (address, index) => addresses.findIndex((first) => isSame(first, address)) < index,
  );
  if (twice >= 0) throw new Problem("body.invalid", [{ field: fieldOf(twice), message: "is given twice" }]);
}

/** The field of an address in a body. */
export function fieldOf(index: number): string {
  return `addresses.${index}.value`;
}
