import * as z from "zod";

/** Android shows three buttons; most browsers show the first two. */
export const actionsLimit = 3;

/** What a browser would run or open from its own machine is no place to lead people to. */
const leadsSomewhere = /^(?!(?:javascript|data|vbscript|file|blob|about|http)$)[a-z][a-z0-9+.-]*$/;

/** Where a tap leads: a page, or a place in the app. */
export const DeepLink = z.url({ protocol: leadsSomewhere }).max(1000);

/** The same one replaces what was shown before; APNs takes 64 bytes of it, in a header. */
export const CollapseId = z.string().regex(/^[!-~]{1,64}$/, "1 to 64 visible ASCII characters");

/** A button under a notification; its id comes back with the app's receipt. */
export const PushAction = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: z.string().min(1).max(40),
  /** @default the app or page that the notification itself opens */
  link: DeepLink.optional(),
});

/** What a notification has beyond title, text and link; other channels leave it out. */
export const PushPart = partLeadingTo(DeepLink);

/** The same as a message keeps it: a short link of a local cloud is a plain one. */
export const KeptPushPart = partLeadingTo(z.url().max(1000));

function partLeadingTo(place: typeof DeepLink) {
  return z.strictObject({
    /** Shown in the notification and nowhere else. @default the first of mediaUrls */
    image: z
      .url({ protocol: /^https$/ })
      .max(2000)
      .optional(),
    actions: z
      .array(PushAction.extend({ link: place.optional() }))
      .max(actionsLimit)
      .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "has an id twice")
      .optional(),
    /** Opened in the app in place of the link. */
    deepLink: place.optional(),
    /** The number on the app's icon; 0 takes it away. */
    badge: z.number().int().min(0).max(9999).optional(),
    collapseId: CollapseId.optional(),
  });
}

/** What a notification has beyond title, text and link. */
export type PushPart = z.infer<typeof PushPart>;

/** A button under a notification. */
export type PushAction = z.infer<typeof PushAction>;
