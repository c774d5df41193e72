import * as z from "zod/mini";
import { NextCursor, Page } from "../platform/cursor.ts";
import type { Operations } from "../platform/routes.ts";
import { TimelineView } from "../messages/view.ts";
import { NewPreferences } from "../preferences/preferences.ts";
import {
  addressLimit,
  Contact,
  DeviceAddress,
  EmailAddress,
  PhoneAddress,
  SubscriptionKeys,
  TimeZone,
} from "./contact.ts";
import { ContactView } from "./view.ts";

const written = z
  .string()
  .check(z.maxLength(40), z.describe("As people write it; kept in international form (E.164)."));
const NewPhone = z.strictObject({
  kind: z.literal("phone"),
  value: written,
  lineType: PhoneAddress.shape.lineType,
});
const NewDevice = z.strictObject({ ...z.omit(DeviceAddress, { id: true }).shape });
const NewEmail = z.strictObject({ ...z.omit(EmailAddress, { id: true }).shape });

/** An address as a caller gives it. */
export const NewAddress = z
  .discriminatedUnion("kind", [NewPhone, NewDevice, NewEmail])
  .check(z.meta({ examples: [{ kind: "email", value: "ada@example.com" }] }));
/** An address as a caller gives it. */
export type NewAddress = z.infer<typeof NewAddress>;

const profile = {
  externalId: Contact.shape.externalId,
  name: Contact.shape.name,
  locale: Contact.shape.locale,
  timeZone: z.optional(TimeZone),
  country: Contact.shape.country,
  region: Contact.shape.region,
  attributes: Contact.shape.attributes,
};

/** A contact as a caller gives it. */
export const NewContact = z
  .strictObject({
    ...profile,
    preferences: z._default(NewPreferences, { channels: [] }),
    addresses: z._default(z.array(NewAddress).check(z.maxLength(addressLimit)), []),
  })
  .check(
    z.meta({
      examples: [
        {
          name: "Ada",
          timeZone: "America/New_York",
          addresses: [{ kind: "phone", value: "+1 212 555 0123" }],
        },
      ],
    }),
  );

/** A contact as it shall be from now on. */
export const WholeContact = z
  .strictObject({
    ...profile,
    preferences: z.optional(NewPreferences),
    addresses: z.array(NewAddress).check(z.maxLength(addressLimit)),
  })
  .check(
    z.meta({
      examples: [{ name: "Ada", locale: "en-US", addresses: [{ kind: "phone", value: "+1 212 555 0124" }] }],
    }),
  );

const ChangedContact = z
  .partial(
    z.strictObject({
      externalId: z.nullable(profile.externalId),
      name: z.nullable(profile.name),
      locale: z.nullable(profile.locale),
      timeZone: z.nullable(profile.timeZone),
      country: z.nullable(profile.country),
      region: z.nullable(profile.region),
      attributes: z.nullable(profile.attributes.def.innerType),
      preferences: z.nullable(NewPreferences),
    }),
  )
  .check(z.meta({ examples: [{ name: "Ada Lovelace", region: null }] }));
/** A change of a contact: what is left out stays, null clears a field. */
export type ChangedContact = z.infer<typeof ChangedContact>;

const ChangedAddress = z
  .strictObject({
    value: z.optional(DeviceAddress.shape.value),
    keys: z.optional(SubscriptionKeys),
    lineType: z.optional(PhoneAddress.shape.lineType.def.innerType),
    permission: z.optional(DeviceAddress.shape.permission.def.innerType),
    timeZone: z.optional(TimeZone),
  })
  .check(z.meta({ examples: [{ lineType: "mobile" }] }));

const Lookup = z.strictObject({
  externalId: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  address: z.optional(z.string().check(z.minLength(3), z.maxLength(4096))),
  ...Page.shape,
});

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
    does: "Lists all contacts, newest first; with externalId or address, finds the one that has it.",
    query: Lookup,
    reply: z.object({ contacts: z.array(ContactView), nextCursor: NextCursor }),
  },
  getContact: {
    at: "GET /v1/contacts/{contactId}",
    does: "Reads a contact, by its id or as external:<your id>.",
    reply: ContactView,
    versioned: true,
    problems: ["contact.not-found"],
  },
  putContact: {
    at: "PUT /v1/contacts/{contactId}",
    does: "Creates a contact or replaces all that is known of them, under an id of our form or as external:<your id>. Addresses they keep keep their consents; preferences stay unless given.",
    body: WholeContact,
    reply: ContactView,
    versioned: true,
    problems: ["contact.not-found", "address.taken", "external-id.taken", "contact.changed"],
  },
  changeContact: {
    at: "PATCH /v1/contacts/{contactId}",
    does: "Changes what is known of a contact; null clears a field; attributes and preferences are replaced as a whole.",
    body: ChangedContact,
    reply: ContactView,
    versioned: true,
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
    reply: z.object({ entries: z.array(TimelineView), nextCursor: NextCursor }),
    problems: ["contact.not-found"],
  },
} as const satisfies Operations;
