import { Problem } from "../platform/problem.ts";
import type { Contact } from "./contact.ts";
import type { ContactStore } from "./contact.store.ts";
import { assertWritten } from "./create.ts";
import { contactNamed } from "./look-up.ts";

/** What changing works with. */
export interface ChangeUsing {
  readonly contacts: Pick<ContactStore, "find" | "findByExternalId" | "replace">;
}

/** Reads a contact, edits it and writes it, again from the start when somebody else was quicker; `fieldOf` names the address that another contact has. */
export async function changeContact(
  name: string,
  edit: (contact: Contact) => Contact,
  using: ChangeUsing,
  fieldOf: (address: string) => string = () => "value",
): Promise<Contact> {
  for (let tries = 1; ; tries += 1) {
    const seen = await contactNamed(name, using.contacts);
    if (!seen) throw new Problem("contact.not-found");
    const next = edit(seen);
    if (next === seen) return seen;
    const written = await using.contacts.replace(next, seen);
    if (written.is === "conflict" && tries < triesLimit) continue;
    assertWritten(written, written.is === "taken" ? fieldOf(written.value) : "value");
    return (await using.contacts.find(seen.id)) ?? next;
  }
}

const triesLimit = 5;
