import * as z from "zod";
import { Channel } from "../channels/channel.ts";
import { Locale } from "../platform/locale.ts";

const Channels = z.array(Channel).max(12);

/** Most categories a contact may have a choice for. */
const choiceLimit = 100;

/** What the contact chose for themselves. */
export const Preferences = z.object({
  /** Channels in the order the contact likes them; those left out come after. */
  channels: Channels.default([]),
  /** By category: the only channels it may come on, best first; none means not at all. */
  categories: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), Channels)
    .refine((choices) => Object.keys(choices).length <= choiceLimit, `has more than ${choiceLimit} choices`)
    .optional(),
  /** No messages between these local times; may cross midnight. */
  quietHours: z.object({ from: z.iso.time({ precision: -1 }), to: z.iso.time({ precision: -1 }) }).optional(),
  /** Most marketing messages in any 30 days; the business's own cap may be lower. */
  marketingPerMonth: z.number().int().min(0).max(100).optional(),
  /** Language of what is written to them. @default the contact's locale */
  language: Locale.optional(),
  /** Marketing and service messages wait until then. */
  pausedUntil: z.number().int().optional(),
});
/** What the contact chose for themselves. */
export type Preferences = z.infer<typeof Preferences>;

/** Preferences as callers see them. */
export const PreferencesView = z.object({ ...Preferences.shape, pausedUntil: z.iso.datetime().optional() });

const { channels, categories, quietHours, marketingPerMonth, language } = Preferences.shape;
const pausedUntil = z.iso.datetime({ offset: true }).transform((time) => Date.parse(time));

/** Preferences as a caller gives them. */
export const NewPreferences = z.strictObject({
  channels,
  categories,
  quietHours: z.strictObject(quietHours.unwrap().shape).optional(),
  marketingPerMonth,
  language,
  pausedUntil: pausedUntil.optional(),
});

/** A change of preferences: what is left out stays, null takes a choice back. */
export const ChangedPreferences = z.strictObject({
  channels: channels.removeDefault().nullish(),
  categories: categories.nullish(),
  quietHours: NewPreferences.shape.quietHours.nullish(),
  marketingPerMonth: marketingPerMonth.nullish(),
  language: language.nullish(),
  pausedUntil: pausedUntil.nullish(),
});
