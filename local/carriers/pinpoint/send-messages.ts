import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import type { Carrier } from "../carrier.ts";
import { type Handset, handsetOfToken, newHandset } from "../handset.ts";
import type { Notice } from "../notice.ts";
import { acceptNotice } from "../push.ts";
import { useUp } from "../use-up.ts";
import { BadRequest } from "./bad-request.ts";
import { contentFor, MessageConfiguration, type PushContent } from "./content.ts";

/** The body of SendMessages (https://docs.aws.amazon.com/pinpoint/latest/apireference/apps-application-id-messages.html). */
const MessageRequest = z.looseObject({
  MessageConfiguration,
  Addresses: z.record(
    z.string(),
    z.looseObject({
      ChannelType: z.string(),
      TitleOverride: z.nullish(z.string()),
      BodyOverride: z.nullish(z.string()),
    }),
  ),
});

interface Result {
  readonly DeliveryStatus: "SUCCESSFUL" | "THROTTLED" | "TEMPORARY_FAILURE" | "PERMANENT_FAILURE";
  readonly StatusCode: number;
  readonly StatusMessage: string;
  readonly MessageId?: string;
}

const mostAddresses = 100;

/** SendMessages for push: one result per token, none of which proves that anybody saw anything. */
export function sendMessages(carrier: Carrier, app: string, body: unknown) {
  const { success, data: asked } = MessageRequest.safeParse(body);
  if (!success) throw new BadRequest("Invalid MessageRequest.");
  const addresses = Object.entries(asked.Addresses);
  if (addresses.length === 0 || addresses.length > mostAddresses)
    throw new BadRequest("Give 1 to 100 addresses.");
  const results = addresses.map(([token, address]): [string, Result, boolean] => {
    const platform = platforms[address.ChannelType];
    const content = platform && contentFor(asked.MessageConfiguration, platform, address);
    if (!content) return [token, failure(400, "No content for this channel."), false];
    return [token, ...toDevice(carrier, { app, token, platform, content })];
  });
  return {
    loseReply: results.some(([, , lost]) => lost),
    reply: {
      ApplicationId: app,
      RequestId: randomUUID(),
      Result: Object.fromEntries(results.map(([token, result]) => [token, result])),
    },
  };
}

const platforms: Readonly<Record<string, Notice["platform"]>> = {
  GCM: "fcm",
  APNS: "apns",
  APNS_SANDBOX: "apns",
};

interface Push {
  readonly app: string;
  readonly token: string;
  readonly platform: Notice["platform"];
  readonly content: PushContent;
}

function toDevice(carrier: Carrier, push: Push): [Result, boolean] {
  const now = carrier.clock.now();
  const id = handsetOfToken(push.token);
  const handset = carrier.records.handsets.get(id) ?? newHandset(id, now);
  const refusal = refusalOf(handset, push, now);
  useUp(carrier, handset);
  if (refusal) return [refusal, false];
  const notice = noticeOf(push, id, now);
  acceptNotice(carrier, notice);
  const status =
    push.platform === "fcm" ? { name: `projects/${push.app}/messages/${notice.id}` } : { apnsId: notice.id };
  const result = {
    DeliveryStatus: "SUCCESSFUL",
    StatusCode: 200,
    StatusMessage: JSON.stringify(status),
    MessageId: notice.id,
  } as const;
  return [result, handset.switches.loseReply];
}

function noticeOf({ content, ...push }: Push, handset: string, now: number): Notice {
  const { timeToLiveSeconds, ...shown } = content;
  const expiresAt = now + timeToLiveSeconds * 1000;
  return {
    id: randomUUID(),
    handset,
    ...push,
    ...shown,
    createdAt: now,
    expiresAt,
    state: "on-its-way",
    receipts: [],
  };
}

/** What FCM and APNs answer for a token of an app that is gone, or that never was one. */
function refusalOf(
  { switches }: Handset,
  { platform, token, content }: Push,
  now: number,
): Result | undefined {
  const isApple = platform === "apns";
  if (switches.appRemoved)
    return failure(410, isApple ? { reason: "Unregistered", timestamp: now } : { errorCode: "UNREGISTERED" });
  if (/\s/.test(token) || token.length > 4096)
    return failure(400, isApple ? { reason: "BadDeviceToken" } : { errorCode: "INVALID_ARGUMENT" });
  if (isApple && Buffer.byteLength(content.collapseId ?? "") > longestCollapseId)
    return failure(400, { reason: "BadCollapseId" });
  if (Buffer.byteLength(JSON.stringify(content)) > longestPayload)
    return isApple
      ? failure(413, { reason: "PayloadTooLarge" })
      : failure(400, { errorCode: "INVALID_ARGUMENT" });
  const { errorCode } = switches;
  return errorCode !== null && errorCode < 1000
    ? failure(errorCode, { message: "A switch of the handset." })
    : undefined;
}

/** Bytes of a notification that FCM and APNs take, and of the id that APNs takes in a header. */
const longestPayload = 4096;
const longestCollapseId = 64;

function failure(StatusCode: number, message: unknown): Result {
  const lasts = StatusCode === 429 ? ("THROTTLED" as const) : ("TEMPORARY_FAILURE" as const);
  return {
    DeliveryStatus: StatusCode === 429 || StatusCode >= 500 ? lasts : "PERMANENT_FAILURE",
    StatusCode,
    StatusMessage: typeof message === "string" ? message : JSON.stringify(message),
  };
}
