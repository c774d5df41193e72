import type { APNSMessage, GCMMessage } from "@aws-sdk/client-pinpoint";
import { dataKeys, imageOf, receiptData } from "./notification-data.ts";
import type { Outgoing } from "./provider.ts";

/** What both platforms take by the same name. */
function shared({ content, validitySeconds }: Outgoing) {
  return {
    Title: content.title ?? "",
    Body: content.text,
    ...opening(content),
    TimeToLive: Math.max(1, Math.floor(validitySeconds)),
  };
}

/** FCM gets it as data, and the app draws it: what Pinpoint has no field for is data beside it. */
export function messageForAndroid(outgoing: Outgoing): GCMMessage {
  const { actions, badge, collapseId } = outgoing.content.push ?? {};
  const image = imageOf(outgoing.content);
  const { urgency = 1 } = outgoing;
  return {
    ...shared(outgoing),
    // Of normal priority it may wait until somebody takes the phone into their hand.
    ...(urgency >= 2 && { Priority: "high" }),
    ...(image && { ImageUrl: image }),
    // Of those that wait for the phone FCM keeps the last; the app replaces the one that shows.
    ...(collapseId && { CollapseKey: collapseId }),
    Data: {
      ...receiptData(outgoing),
      ...(actions && { [dataKeys.actions]: JSON.stringify(actions) }),
      ...(badge !== undefined && { [dataKeys.badge]: String(badge) }),
      ...(collapseId && { [dataKeys.collapseId]: collapseId }),
    },
  };
}

/** APNs draws it itself; only buttons have to be made by the app's extension, which runs for mutable content. */
export function messageForApple(outgoing: Outgoing): APNSMessage {
  const { actions, badge, collapseId } = outgoing.content.push ?? {};
  const image = imageOf(outgoing.content);
  const { TimeToLive, ...alert } = shared(outgoing);
  const header = { TimeToLive, ...(collapseId && { CollapseId: collapseId }) };
  if (actions?.length) return { ...header, RawContent: JSON.stringify(rawOf(outgoing)) };
  return {
    ...alert,
    ...header,
    ...(image && { MediaUrl: image }),
    ...(badge !== undefined && { Badge: badge }),
    Data: receiptData(outgoing),
  };
}

/** The category that apps register for notifications with buttons. */
const category = "heliograph";

/** The payload as Pinpoint writes it, made mutable and with its buttons as data. */
function rawOf(outgoing: Outgoing): object {
  const { content } = outgoing;
  const { actions, badge } = content.push ?? {};
  const image = imageOf(content);
  const { Action, Url } = opening(content);
  return {
    aps: {
      alert: { ...(content.title && { title: content.title }), body: content.text },
      category,
      "mutable-content": 1,
      "content-available": 0,
      ...(badge !== undefined && { badge }),
    },
    data: {
      ...(image && { "media-url": image }),
      pinpoint: {
        ...(Url && { [Action === "URL" ? "url" : "deeplink"]: Url }),
        jsonBody: { ...receiptData(outgoing), [dataKeys.actions]: JSON.stringify(actions) },
      },
    },
  };
}

/** What a tap does. */
function opening({ link, push }: Outgoing["content"]): {
  readonly Action: "DEEP_LINK" | "URL" | "OPEN_APP";
  readonly Url?: string;
} {
  if (push?.deepLink) return { Action: "DEEP_LINK", Url: push.deepLink };
  return link ? { Action: "URL", Url: link } : { Action: "OPEN_APP" };
}
