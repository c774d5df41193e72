import * as z from "zod/mini";

/** Android shows three buttons; most browsers show the first two. */
export const actionsLimit = 3;

/** What a browser would run or open from its own machine is no place to lead people to. */
const leadsSomewhere = /^(?!(?:javascript|data|vbscript|file|blob|about|http)$)[a-z][a-z0-9+.-]*$/;

/** Where a tap leads: a page, or a place in the app. */
export const DeepLink = z.url({ protocol: leadsSomewhere }).check(z.maxLength(1000));

/** The same one replaces what was shown before; APNs takes 64 bytes of it, in a header. */
export const CollapseId = z.string().check(z.regex(/^[!-~]{1,64}$/, "1 to 64 visible ASCII characters"));

/** A button under a notification; its id comes back with the app's receipt. */
export const PushAction = z.strictObject({
  id: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  title: z.string().check(z.minLength(1), z.maxLength(40)),
  /** @default the app or page that the notification itself opens */
  link: z.optional(DeepLink),
});

/** What a notification has beyond title, text and link; other channels leave it out. */
export const PushPart = partLeadingTo(DeepLink);

/** The same as a message keeps it: a short link of a local cloud is a plain one. */
export const KeptPushPart = partLeadingTo(z.url().check(z.maxLength(1000)));

function partLeadingTo(place: typeof DeepLink) {
  return z.strictObject({
    /** Shown in the notification and nowhere else. @default the first of mediaUrls */
    image: z.optional(z.url({ protocol: /^https$/ }).check(z.maxLength(2000))),
    actions: z.optional(
      z.array(z.extend(PushAction, { link: z.optional(place) })).check(
        z.maxLength(actionsLimit),
        z.refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "has an id twice"),
      ),
    ),
    /** Opened in the app in place of the link. */
    deepLink: z.optional(place),
    /** The number on the app's icon; 0 takes it away. */
    badge: z.optional(z.int().check(z.minimum(0), z.maximum(9999))),
    collapseId: z.optional(CollapseId),
  });
}

/** What a notification has beyond title, text and link. */
export type PushPart = z.infer<typeof PushPart>;

/** A button under a notification. */
export type PushAction = z.infer<typeof PushAction>;
