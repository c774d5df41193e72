import { Problem } from "../platform/problem.ts";
import type { Contact } from "./contact.ts";
import type { ContactStore } from "./contact.store.ts";
import { mailboxOf } from "./edit.ts";
import { phoneOf } from "./phone.ts";

/** What looking up works with. */
export interface LookUpUsing {
  readonly contacts: Pick<ContactStore, "findByAddress" | "findByExternalId">;
  readonly homeCountry: string;
}

/** How paths name a contact by the business's own id. */
export const externalPrefix = "external:";

/** Finds a contact as a path names them: by our id, or by the business's own behind `external:`. */
export function contactNamed(
  name: string,
  contacts: Pick<ContactStore, "find" | "findByExternalId">,
): Promise<Contact | undefined> {
  return name.startsWith(externalPrefix)
    ? contacts.findByExternalId(name.slice(externalPrefix.length))
    : contacts.find(name);
}

/** Finds a contact by the business's own id or by any of their addresses. */
export async function lookUp(
  by: { readonly externalId?: string | undefined; readonly address?: string | undefined },
  using: LookUpUsing,
): Promise<Contact | undefined> {
  const { externalId, address } = by;
  if (externalId !== undefined && address === undefined) return using.contacts.findByExternalId(externalId);
  if (address !== undefined && externalId === undefined) return byAddress(address, using);
  throw new Problem("request.invalid", [
    { field: "externalId", message: "give either externalId or address" },
  ]);
}

async function byAddress(
  written: string,
  { contacts, homeCountry }: LookUpUsing,
): Promise<Contact | undefined> {
  if (written.includes("@")) return contacts.findByAddress("email", mailboxOf(written));
  // A plus that was not escaped in the query arrives as a space.
  const phone = phoneOf(written.replace(/^ (?=\d)/, "+"), homeCountry);
  const byPhone = phone && (await contacts.findByAddress("phone", phone.number));
  return byPhone ?? contacts.findByAddress("device", written);
}
