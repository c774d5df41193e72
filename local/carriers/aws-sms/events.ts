import type { Carrier } from "../carrier.ts";
import type { JobOf } from "../job.ts";
import { plannedNumber } from "../phone-number.ts";
import type { TextMessage } from "../text-message.ts";

/** What AWS publishes about a text (https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html). */
export function textEvent(text: TextMessage, now: number): Record<string, unknown> | undefined {
  const told = eventOf(text);
  if (!told) return undefined;
  const isPicture = text.mediaUrls.length > 0;
  return {
    eventType: isPicture ? told.type.replace("TEXT_", "MEDIA_") : told.type,
    eventVersion: "1.0",
    eventTimestamp: now,
    isFinal: told.isFinal,
    originationPhoneNumber: text.sender,
    destinationPhoneNumber: text.handset,
    isoCountryCode: plannedNumber(text.handset)?.country ?? "US",
    isInternationalSend: false,
    messageId: text.sid,
    messageRequestTimestamp: text.createdAt,
    messageEncoding: /^[\n\r -~]*$/.test(text.body) ? "GSM" : "Unicode",
    messageType: "TRANSACTIONAL",
    messageStatus: told.type.replace("TEXT_", ""),
    messageStatusDescription: told.says,
    ...(text.context && { context: text.context }),
    totalMessageParts: text.segments,
    totalMessagePrice: text.segments * 0.00581,
    totalCarrierFee: text.segments * 0.003,
  };
}

/** What a number's two-way channel gets (https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html). */
export function twoWayEvent(text: TextMessage): Record<string, unknown> {
  return {
    originationNumber: text.handset,
    destinationNumber: text.sender,
    messageKeyword: "KEYWORD_000000000000",
    messageBody: text.body,
    inboundMessageId: text.sid,
  };
}

/** Publishes an event, and again later when that failed, as SNS does. */
export async function publishEvent(carrier: Carrier, job: JobOf<"event">): Promise<() => void> {
  try {
    await carrier.publish(JSON.stringify(job.event), job.topicArn);
  } catch {
    return () => carrier.agenda.plan(carrier.clock.now() + againMilliseconds, job);
  }
  return () => {
    const text = carrier.records.texts.get(job.sid);
    if (text?.direction !== "inbound") return;
    carrier.records.texts.put({ ...text, webhook: "answered" });
    carrier.changed(text.handset);
  };
}

const againMilliseconds = 5_000;

interface Told {
  readonly type: string;
  readonly isFinal: boolean;
  readonly says: string;
}

function eventOf({ status, errorCode }: TextMessage): Told | undefined {
  if (status === "sent")
    return { type: "TEXT_SUCCESSFUL", isFinal: false, says: "Message has been accepted by phone carrier" };
  if (status === "delivered")
    return { type: "TEXT_DELIVERED", isFinal: true, says: "Message has been accepted by phone" };
  if (status !== "undelivered" && status !== "failed") return undefined;
  const [type, says] = failures.get(errorCode ?? 0) ?? carrierUnreachable;
  return { type, isFinal: true, says };
}

const carrierUnreachable = ["TEXT_CARRIER_UNREACHABLE", "Phone carrier is currently unreachable"] as const;

/** What ends a picture message whose file is not there, in the words of the switches. */
export const fileInaccessible = 63019;

/** The switches of a handset are in Twilio's codes; this is what AWS calls the same thing. */
const failures: ReadonlyMap<number, readonly [string, string]> = new Map([
  [30003, ["TEXT_UNREACHABLE", "Phone is currently unreachable/unavailable"]],
  [30004, ["TEXT_BLOCKED", "Phone has blocked SMS"]],
  [30005, ["TEXT_INVALID", "Phone number is invalid"]],
  [30006, ["TEXT_INVALID", "Phone number is a landline"]],
  [30007, ["TEXT_SPAM", "Blocked as spam by phone carrier"]],
  [fileInaccessible, ["TEXT_FILE_INACCESSIBLE", "The media file could not be accessed"]],
  [30036, ["TEXT_TTL_EXPIRED", "Message was not delivered within its time to live"]],
]);
