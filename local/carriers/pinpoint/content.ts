import * as z from "zod/mini";
import type { Notice } from "../notice.ts";
import { rawContent } from "./raw-content.ts";

const text = z.nullish(z.string());
const Platform = z.looseObject({
  Title: text,
  Body: text,
  Url: text,
  ImageUrl: text,
  MediaUrl: text,
  RawContent: text,
  SilentPush: z.nullish(z.boolean()),
  TimeToLive: z.nullish(z.number()),
  Badge: z.nullish(z.number()),
  CollapseId: text,
  CollapseKey: text,
  Data: z.nullish(z.record(z.string(), z.string())),
});
/** A message for one platform. */
export type Platform = z.infer<typeof Platform>;

/** The contents that SendMessages may carry for one message, by platform or for all. */
export const MessageConfiguration = z.looseObject({
  GCMMessage: z.nullish(Platform),
  APNSMessage: z.nullish(Platform),
  DefaultPushNotificationMessage: z.nullish(Platform),
  DefaultMessage: z.nullish(Platform),
});
/** The contents that SendMessages may carry for one message. */
export type MessageConfiguration = z.infer<typeof MessageConfiguration>;

/** What a phone gets to see and its app to read. */
export interface PushContent extends Pick<
  Notice,
  "title" | "body" | "imageUrl" | "link" | "actions" | "badge" | "collapseId" | "data" | "silent"
> {
  readonly timeToLiveSeconds: number;
}

/** FCM and APNs keep a notification for four weeks unless told otherwise. */
const longestTimeToLive = 28 * 86_400;

/** The content for one platform: its own message before the default ones, raw content before all. */
export function contentFor(
  { GCMMessage, APNSMessage, DefaultPushNotificationMessage, DefaultMessage }: MessageConfiguration,
  platform: Notice["platform"],
  overrides: {
    readonly TitleOverride?: string | null | undefined;
    readonly BodyOverride?: string | null | undefined;
  },
): PushContent | undefined {
  const own = platform === "fcm" ? GCMMessage : APNSMessage;
  const message = own ?? DefaultPushNotificationMessage ?? DefaultMessage;
  if (!message) return undefined;
  const raw = message.RawContent ? rawContent(message.RawContent) : {};
  const imageUrl = raw.ImageUrl ?? raw.MediaUrl ?? message.ImageUrl ?? message.MediaUrl;
  const link = raw.Url ?? message.Url;
  const data = { ...message.Data, ...raw.Data };
  return {
    title: overrides.TitleOverride ?? raw.Title ?? message.Title ?? "",
    body: overrides.BodyOverride ?? raw.Body ?? message.Body ?? "",
    ...(imageUrl && { imageUrl }),
    ...(link && { link }),
    ...drawn(data, raw.Badge ?? message.Badge, message.CollapseId),
    silent: message.SilentPush ?? false,
    data,
    timeToLiveSeconds: Math.min(longestTimeToLive, message.TimeToLive ?? longestTimeToLive),
  };
}

const Actions = z.array(z.object({ id: z.string(), title: z.string(), link: z.optional(z.string()) }));

/** What the system does of itself, and what the business's app makes of its data. */
function drawn(
  data: Readonly<Record<string, string>>,
  systemBadge: number | null | undefined,
  systemCollapseId: string | null | undefined,
): Pick<PushContent, "actions" | "badge" | "collapseId"> {
  const actions = data["heliograph-actions"];
  const badge = systemBadge ?? data["heliograph-badge"];
  const collapseId = systemCollapseId ?? data["heliograph-collapse-id"];
  return {
    ...(actions !== undefined && { actions: actionsIn(actions) }),
    ...(badge !== undefined && { badge: Number(badge) }),
    ...(collapseId && { collapseId }),
  };
}

function actionsIn(json: string): NonNullable<PushContent["actions"]> {
  return Actions.parse(JSON.parse(json)).map(({ id, title, link }) => ({ id, title, ...(link && { link }) }));
}
