import { imageOf, receiptData } from "./notification-data.ts";
import type { Outgoing } from "./provider.ts";

/**
 * A notification as browsers draw it: the members of the Notifications API, in the form that newer browsers show without
 * a service worker (declarative web push). The site's service worker gets it first and reports what was seen.
 */
export function payloadOf(outgoing: Outgoing): string {
  const { content, from, attemptId } = outgoing;
  const { actions, badge, collapseId } = content.push ?? {};
  const image = imageOf(content);
  const page = pageOf(content, from);
  return JSON.stringify({
    web_push: 8030,
    notification: {
      title: content.title ?? new URL(from).hostname,
      body: content.text,
      navigate: page,
      // The same attempt that comes twice shows once; a notification that replaces another rings again.
      tag: collapseId ?? attemptId,
      ...(collapseId && { renotify: true }),
      ...(image && { image }),
      ...(actions && {
        actions: actions.map(({ id, title, link }) => ({ action: id, title, navigate: onWeb(link) ?? page })),
      }),
      data: receiptData(outgoing),
    },
    ...(badge !== undefined && { app_badge: badge }),
    mutable: true,
  });
}

/** What a tap opens: a browser knows no app's own addresses. */
function pageOf({ link, push }: Outgoing["content"], site: string): string {
  return onWeb(push?.deepLink) ?? link ?? site;
}

/** A page; those that callers name are all https, and a short link of a local cloud is not. */
function onWeb(link: string | undefined): string | undefined {
  return link !== undefined && /^https?:/.test(link) ? link : undefined;
}
