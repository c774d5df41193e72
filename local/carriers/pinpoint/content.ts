import * as z from "zod";
import type { Notice } from "../notice.ts";

const text = z.string().nullish();
const Platform = z.looseObject({
  Title: text,
  Body: text,
  ImageUrl: text,
  MediaUrl: text,
  RawContent: text,
  SilentPush: z.boolean().nullish(),
  TimeToLive: z.number().nullish(),
  Data: z.record(z.string(), z.string()).nullish(),
});
type Platform = z.infer<typeof Platform>;

/** The contents that SendMessages may carry for one message, by platform or for all. */
export const MessageConfiguration = z.looseObject({
  GCMMessage: Platform.nullish(),
  APNSMessage: Platform.nullish(),
  DefaultPushNotificationMessage: Platform.nullish(),
  DefaultMessage: Platform.nullish(),
});
/** The contents that SendMessages may carry for one message. */
export type MessageConfiguration = z.infer<typeof MessageConfiguration>;

/** What a phone gets to see and its app to read. */
export interface PushContent extends Pick<Notice, "title" | "body" | "imageUrl" | "data" | "silent"> {
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
  const imageUrl = raw.ImageUrl ?? message.ImageUrl ?? message.MediaUrl;
  return {
    title: overrides.TitleOverride ?? raw.Title ?? message.Title ?? "",
    body: overrides.BodyOverride ?? raw.Body ?? message.Body ?? "",
    ...(imageUrl && { imageUrl }),
    silent: message.SilentPush ?? false,
    data: { ...message.Data, ...raw.Data },
    timeToLiveSeconds: Math.min(longestTimeToLive, message.TimeToLive ?? longestTimeToLive),
  };
}

const Alert = z.union([
  z.string().transform((body) => ({ title: "", body })),
  z.looseObject({ title: text, body: text }),
]);
const Shown = z.looseObject({ title: text, body: text, image: text });
const Raw = z.looseObject({
  aps: z.looseObject({ alert: Alert.nullish() }).nullish(),
  notification: Shown.nullish(),
  data: z.record(z.string(), z.string()).nullish(),
  fcmV1Message: z
    .looseObject({
      message: z.looseObject({
        notification: Shown.nullish(),
        data: z.record(z.string(), z.string()).nullish(),
      }),
    })
    .nullish(),
});

/** The platforms' own payloads: APNs puts custom keys beside `aps`, FCM into `data`. */
function rawContent(json: string): Platform {
  const { aps, fcmV1Message, ...rest } = Raw.parse(JSON.parse(json));
  if (aps) {
    const keys = Object.entries(rest).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    return {
      Title: aps.alert?.title,
      Body: aps.alert?.body,
      Data: { ...rest.data, ...Object.fromEntries(keys) },
    };
  }
  const message = fcmV1Message?.message ?? rest;
  const { title, body, image } = message.notification ?? {};
  return { Title: title, Body: body, ImageUrl: image, Data: message.data };
}
