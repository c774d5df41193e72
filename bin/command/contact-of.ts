import type { Heliograph, Reply } from "../../client/client.ts";

/** A contact as the API answers it. */
export type Contact = Reply<Heliograph["getContact"]>;

/** Nobody is known by what was typed. */
export class NobodyFound extends Error {
  override readonly name = "NobodyFound";
}

/** The contact somebody means: by id, phone number, e-mail address, device token, or the id in one's own system. */
export async function contactOf(api: Heliograph, word: string): Promise<Contact> {
  if (word.startsWith("con_")) return api.getContact(word);
  const isAddress = /^\+?[\d\s()-]{5,}$|@|^handset-/.test(word);
  const byAddress = isAddress ? await api.findContacts({ address: word }) : { contacts: [] };
  const { contacts } =
    byAddress.contacts.length > 0 ? byAddress : await api.findContacts({ externalId: word });
  const [found] = contacts;
  if (!found) {
    const how = word.startsWith("+") ? ` --phone ${JSON.stringify(word)}` : "";
    throw new NobodyFound(`No contact is known by ${word}. Add one: heliograph contact add${how}`);
  }
  return found;
}
