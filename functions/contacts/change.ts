import { Problem } from "../platform/problem.ts";
import type { Contact } from "./contact.ts";
import type { ContactStore } from "./contact.store.ts";
import { assertWritten } from "./create.ts";

/** What changing works with. */
export interface ChangeUsing {
  readonly contacts: Pick<ContactStore, "find" | "replace">;
}

/** Reads a contact, edits it and writes it, again from the start when somebody else was quicker. */
export async function changeContact(
  contactId: string,
  edit: (contact: Contact) => Contact,
  using: ChangeUsing,
): Promise<Contact> {
  for (let tries = 1; ; tries += 1) {
    const seen = await using.contacts.find(contactId);
    if (!seen) throw new Problem("contact.not-found");
    const next = edit(seen);
    if (next === seen) return seen;
    const written = await using.contacts.replace(next, seen);
    if (written.is === "conflict" && tries < triesLimit) continue;
    assertWritten(written, "value");
    return (await using.contacts.find(contactId)) ?? next;
  }
}

const triesLimit = 5;
