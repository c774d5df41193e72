import * as z from "zod/mini";
import { Channel } from "../channels/channel.ts";
import { Locale } from "../platform/locale.ts";

const Channels = z.array(Channel).check(z.maxLength(12));

/** Most categories a contact may have a choice for. */
const choiceLimit = 100;

/** What the contact chose for themselves. */
export const Preferences = z.object({
  /** Channels in the order the contact likes them; those left out come after. */
  channels: z._default(Channels, []),
  /** By category: the only channels it may come on, best first; none means not at all. */
  categories: z.optional(
    z
      .record(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)), Channels)
      .check(
        z.refine(
          (choices) => Object.keys(choices).length <= choiceLimit,
          `has more than ${choiceLimit} choices`,
        ),
      ),
  ),
  /** No messages between these local times; may cross midnight. */
  quietHours: z.optional(
    z.object({ from: z.iso.time({ precision: -1 }), to: z.iso.time({ precision: -1 }) }),
  ),
  /** Most marketing messages in any 30 days; the business's own cap may be lower. */
  marketingPerMonth: z.optional(z.int().check(z.minimum(0), z.maximum(100))),
  /** Language of what is written to them. @default the contact's locale */
  language: z.optional(Locale),
  /** Marketing and service messages wait until then. */
  pausedUntil: z.optional(z.int()),
});
/** What the contact chose for themselves. */
export type Preferences = z.infer<typeof Preferences>;

/** Preferences as callers see them. */
export const PreferencesView = z.object({ ...Preferences.shape, pausedUntil: z.optional(z.iso.datetime()) });

const { channels, categories, quietHours, marketingPerMonth, language } = Preferences.shape;
const pausedUntil = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((time) => Date.parse(time)),
);

/** Preferences as a caller gives them. */
export const NewPreferences = z.strictObject({
  channels,
  categories,
  quietHours: z.optional(z.strictObject(quietHours.def.innerType.shape)),
  marketingPerMonth,
  language,
  pausedUntil: z.optional(pausedUntil),
});

/** A change of preferences: what is left out stays, null takes a choice back. */
export const ChangedPreferences = z.strictObject({
  channels: z.nullish(channels.def.innerType),
  categories: z.nullish(categories),
  quietHours: z.nullish(NewPreferences.shape.quietHours),
  marketingPerMonth: z.nullish(marketingPerMonth),
  language: z.nullish(language),
  pausedUntil: z.nullish(pausedUntil),
});
