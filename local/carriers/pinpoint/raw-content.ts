import * as z from "zod/mini";
import type { Platform } from "./content.ts";

const text = z.nullish(z.string());
const Alert = z.union([
  z.pipe(
    z.string(),
    z.transform((body) => ({ title: "", body })),
  ),
  z.looseObject({ title: text, body: text }),
]);
const Shown = z.looseObject({ title: text, body: text, image: text });
const Data = z.nullish(z.record(z.string(), z.unknown()));
const OfPinpoint = z.looseObject({
  "media-url": text,
  pinpoint: z.nullish(z.looseObject({ deeplink: text, url: text, jsonBody: Data })),
});
const Raw = z.looseObject({
  aps: z.nullish(z.looseObject({ alert: z.nullish(Alert), badge: z.nullish(z.number()), category: text })),
  notification: z.nullish(Shown),
  data: Data,
  fcmV1Message: z.nullish(
    z.looseObject({ message: z.looseObject({ notification: z.nullish(Shown), data: Data }) }),
  ),
});

/** The platforms' own payloads: APNs puts custom keys beside `aps`, FCM into `data`, and Pinpoint its own into a part of that. */
export function rawContent(json: string): Platform {
  const { aps, fcmV1Message, ...rest } = Raw.parse(JSON.parse(json));
  if (aps) {
    const { pinpoint, "media-url": image } = OfPinpoint.parse(rest.data ?? {});
    return {
      Title: aps.alert?.title,
      Body: aps.alert?.body,
      MediaUrl: image,
      Badge: aps.badge,
      Url: pinpoint?.deeplink ?? pinpoint?.url,
      Data: { ...stringsIn(rest), ...stringsIn(rest.data), ...stringsIn(pinpoint?.jsonBody) },
    };
  }
  const message = fcmV1Message?.message ?? rest;
  const { title, body, image } = message.notification ?? {};
  return { Title: title, Body: body, ImageUrl: image, Data: stringsIn(message.data) };
}

function stringsIn(record: Readonly<Record<string, unknown>> | null | undefined): Record<string, string> {
  const strings = Object.entries(record ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(strings);
}
