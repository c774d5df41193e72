import * as z from "zod";
import type { Operations } from "../platform/routes.ts";
import { TimelineView } from "../messages/view.ts";
import {
  addressLimit,
  Contact,
  DeviceAddress,
  EmailAddress,
  PhoneAddress,
  Preferences,
  TimeZone,
} from "./contact.ts";
import { ContactView } from "./view.ts";

const written = z.string().max(40).describe("As people write it; kept in international form (E.164).");
const NewPhone = z.strictObject({
  kind: z.literal("phone"),
  value: written,
  lineType: PhoneAddress.shape.lineType,
});
const NewDevice = z.strictObject({ ...DeviceAddress.omit({ id: true }).shape });
const NewEmail = z.strictObject({ ...EmailAddress.omit({ id: true }).shape });

/** An address as a caller gives it. */
export const NewAddress = z.discriminatedUnion("kind", [NewPhone, NewDevice, NewEmail]);
/** An address as a caller gives it. */
export type NewAddress = z.infer<typeof NewAddress>;

const profile = {
  externalId: Contact.shape.externalId,
  name: Contact.shape.name,
  locale: Contact.shape.locale,
  timeZone: TimeZone.optional(),
  country: Contact.shape.country,
  region: Contact.shape.region,
  attributes: Contact.shape.attributes,
};

const Chosen = z.strictObject({
  ...Preferences.shape,
  quietHours: z.strictObject(Preferences.shape.quietHours.unwrap().shape).optional(),
});

/** A contact as a caller gives it. */
export const NewContact = z
  .strictObject({
    ...profile,
    preferences: Chosen.default({ channels: [] }),
    addresses: z.array(NewAddress).max(addressLimit).default([]),
  })
  .meta({
    examples: [
      { name: "Ada", timeZone: "America/New_York", addresses: [{ kind: "phone", value: "+1 212 555 0123" }] },
    ],
  });

const ChangedContact = z
  .strictObject({ ...profile, attributes: Contact.shape.attributes.removeDefault(), preferences: Chosen })
  .partial()
  .transform(given);

const ChangedAddress = z.strictObject({
  value: DeviceAddress.shape.value.optional(),
  lineType: PhoneAddress.shape.lineType.removeDefault().optional(),
  permission: DeviceAddress.shape.permission.removeDefault().optional(),
  timeZone: TimeZone.optional(),
});

const Lookup = z.strictObject({
  externalId: z.string().min(1).max(128).optional(),
  address: z.string().min(3).max(4096).optional(),
});
const Page = z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(50) });

/** What callers can do with contacts. */
export const contactRoutes = {
  createContact: {
    at: "POST /v1/contacts",
    does: "Creates a contact with their addresses.",
    body: NewContact,
    reply: ContactView,
    status: 201,
    creates: true,
    problems: ["address.taken", "external-id.taken"],
  },
  findContacts: {
    at: "GET /v1/contacts",
    does: "Finds the contact with an external id or an address.",
    query: Lookup,
    reply: z.object({ contacts: z.array(ContactView) }),
  },
  getContact: {
    at: "GET /v1/contacts/{contactId}",
    does: "Reads a contact.",
    reply: ContactView,
    problems: ["contact.not-found"],
  },
  changeContact: {
    at: "PATCH /v1/contacts/{contactId}",
    does: "Changes what is known of a contact and what they prefer; attributes and preferences are replaced as a whole.",
    body: ChangedContact,
    reply: ContactView,
    problems: ["contact.not-found", "external-id.taken", "contact.changed"],
  },
  addAddress: {
    at: "POST /v1/contacts/{contactId}/addresses",
    does: "Adds an address to a contact; one they have already is brought up to date.",
    body: NewAddress,
    reply: ContactView,
    status: 201,
    creates: true,
    problems: ["contact.not-found", "address.taken", "contact.changed"],
  },
  changeAddress: {
    at: "PATCH /v1/contacts/{contactId}/addresses/{addressId}",
    does: "Changes an address: a device's new token, what its owner allows, the kind of line. A new phone number is a new address.",
    body: ChangedAddress,
    reply: ContactView,
    problems: ["contact.not-found", "address.not-found", "address.taken", "contact.changed"],
  },
  removeAddress: {
    at: "DELETE /v1/contacts/{contactId}/addresses/{addressId}",
    does: "Removes an address. Its consents stay, and count again should it come back.",
    reply: ContactView,
    problems: ["contact.not-found", "address.not-found", "contact.changed"],
  },
  timelineOfContact: {
    at: "GET /v1/contacts/{contactId}/timeline",
    does: "Lists what was sent to a contact and what they wrote, newest first.",
    query: Page,
    reply: z.object({ entries: z.array(TimelineView) }),
    problems: ["contact.not-found"],
  },
} as const satisfies Operations;

/** Only what was given, so that a change leaves everything else alone. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
