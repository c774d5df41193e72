import * as z from "zod/mini";
import { Purpose } from "../messages/category.ts";
import type { Operations } from "../platform/routes.ts";
import { ConsentEntry, ConsentMethod } from "./consent.ts";

/** A consent as a caller gives it. */
export const NewConsent = z
  .strictObject({
    addressId: z.string().check(z.startsWith("adr_")),
    purpose: Purpose,
    state: z.enum(["in", "out"]),
    method: ConsentMethod,
    textShown: ConsentEntry.shape.textShown,
    source: ConsentEntry.shape.source,
    /** When the person said so. @default now */
    at: z.optional(z.iso.datetime({ offset: true })),
  })
  .check(
    z.meta({
      examples: [
        {
          addressId: "adr_…",
          purpose: "marketing",
          state: "in",
          method: "web-form",
          textShown: "Yes, text me offers.",
        },
      ],
    }),
  );

const EntryView = z.object({ ...ConsentEntry.shape, at: z.iso.datetime() });

const ConsentsView = z.object({
  states: z.array(
    z.object({
      addressId: z.string(),
      purpose: Purpose,
      state: z.enum(["in", "out"]),
      since: z.iso.datetime(),
    }),
  ),
  ledger: z.array(EntryView),
});

/** What callers can do with consents. */
export const consentRoutes = {
  recordConsent: {
    at: "POST /v1/contacts/{contactId}/consents",
    scope: "consents:write",
    does: "Records that a person gave or withdrew consent for an address and a purpose, with its proof.",
    body: NewConsent,
    reply: EntryView,
    status: 201,
    creates: true,
    problems: ["contact.not-found", "address.not-found"],
  },
  getConsents: {
    at: "GET /v1/contacts/{contactId}/consents",
    scope: "consents:read",
    does: "Reads what a contact agreed to, and the ledger that proves it, newest first.",
    reply: ConsentsView,
    problems: ["contact.not-found"],
  },
} as const satisfies Operations;
