import * as z from "zod/mini";
import { isoOf } from "../platform/clock.ts";
import { PreferencesView } from "../preferences/preferences.ts";
import { preferencesViewOf } from "../preferences/view.ts";
import { Contact } from "./contact.ts";

/** A contact as callers see it. */
export const ContactView = z.object({
  ...z.omit(Contact, { formerAddresses: true }).shape,
  preferences: PreferencesView,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

/** What a caller may know of a contact: everything but the addresses they no longer have. */
export function viewOf(contact: Contact): z.infer<typeof ContactView> {
  const { formerAddresses: _former, preferences, createdAt, updatedAt, ...known } = contact;
  return {
    ...known,
    preferences: preferencesViewOf(preferences),
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
  };
}
