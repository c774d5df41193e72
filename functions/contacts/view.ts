import * as z from "zod";
import { isoOf } from "../platform/clock.ts";
import { Contact } from "./contact.ts";

/** A contact as callers see it. */
export const ContactView = z.object({
  ...Contact.omit({ formerAddresses: true }).shape,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

/** What a caller may know of a contact: everything but the addresses they no longer have. */
export function viewOf(contact: Contact): z.infer<typeof ContactView> {
  const { formerAddresses: _former, createdAt, updatedAt, ...known } = contact;
  return { ...known, createdAt: isoOf(createdAt), updatedAt: isoOf(updatedAt) };
}
