import * as z from "zod/mini";
import type { Operations } from "../platform/routes.ts";
import { ChangedPreferences, NewPreferences, PreferencesView } from "./preferences.ts";

const example = {
  channels: ["push", "sms"],
  categories: { offer: ["push"] },
  quietHours: { from: "21:00", to: "08:00" },
};

/** What callers can do with what people chose for themselves. */
export const preferenceRoutes = {
  getPreferences: {
    at: "GET /v1/contacts/{contactId}/preferences",
    scope: "preferences:read",
    does: "Reads what a contact chose: channels, also by category, quiet hours, how often, language, a pause.",
    reply: PreferencesView,
    versioned: true,
    problems: ["contact.not-found"],
  },
  putPreferences: {
    at: "PUT /v1/contacts/{contactId}/preferences",
    scope: "preferences:write",
    does: "Replaces what a contact chose.",
    body: NewPreferences.check(z.meta({ examples: [example] })),
    reply: PreferencesView,
    versioned: true,
    problems: ["contact.not-found", "contact.changed"],
  },
  changePreferences: {
    at: "PATCH /v1/contacts/{contactId}/preferences",
    scope: "preferences:write",
    does: "Changes what a contact chose; what is left out stays, null takes a choice back.",
    body: ChangedPreferences.check(
      z.meta({
        examples: [{ pausedUntil: "2027-01-02T09:00:00Z" }, { marketingPerMonth: 2, pausedUntil: null }],
      }),
    ),
    reply: PreferencesView,
    versioned: true,
    problems: ["contact.not-found", "contact.changed"],
  },
} as const satisfies Operations;
