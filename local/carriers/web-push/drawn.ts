import * as z from "zod/mini";
import type { Notice } from "../notice.ts";

/** A declarative push message (W3C Push API), as far as a browser and the site's service worker make something of it. */
const Message = z.looseObject({
  web_push: z.literal(8030),
  notification: z.looseObject({
    title: z.string(),
    body: z._default(z.string(), ""),
    navigate: z.url(),
    tag: z._default(z.string(), ""),
    image: z.optional(z.string()),
    actions: z.optional(
      z.array(z.object({ action: z.string(), title: z.string(), navigate: z.optional(z.url()) })),
    ),
    data: z._default(z.record(z.string(), z.string()), {}),
  }),
  app_badge: z.optional(z.int().check(z.minimum(0))),
});

/** What a browser shows of a message; undefined when it cannot make anything of it. */
export function drawnFrom(
  plain: Buffer,
):
  | Pick<Notice, "title" | "body" | "imageUrl" | "link" | "actions" | "badge" | "collapseId" | "data">
  | undefined {
  const { success, data: message } = Message.safeParse(parsed(plain));
  if (!success) return undefined;
  const { notification, app_badge: badge } = message;
  const { title, body, navigate, tag, image, actions, data } = notification;
  return {
    title,
    body,
    link: navigate,
    data,
    ...(tag && { collapseId: tag }),
    ...(image && { imageUrl: image }),
    ...(badge !== undefined && { badge }),
    ...(actions && {
      actions: actions.map(({ action: id, title: words, navigate: link }) => ({
        id,
        title: words,
        ...(link && { link }),
      })),
    }),
  };
}

function parsed(plain: Buffer): unknown {
  try {
    return JSON.parse(plain.toString("utf8"));
  } catch {
    return undefined;
  }
}
