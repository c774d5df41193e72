import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { ownerOf } from "../accounts.ts";
import type { Carrier } from "../carrier.ts";
import { newHandset } from "../handset.ts";
import { acceptText } from "../network.ts";
import { newText } from "../new-text.ts";
import { plannedNumber } from "../phone-number.ts";
import type { Rates } from "../rate.ts";
import { optOutId } from "../records.ts";
import type { TextMessage } from "../text-message.ts";
import { isLateFailure } from "../twilio/error-codes.ts";
import { useUp } from "../use-up.ts";
import { fileInaccessible } from "./events.ts";
import { Exception } from "./exception.ts";
import { s3Address } from "./pictures.ts";

/** The body of SendTextMessage (https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html). */
const Asked = z.object({
  DestinationPhoneNumber: z.string().check(z.regex(/^\+?[1-9][0-9]{1,18}$/)),
  OriginationIdentity: z.string().check(z.minLength(1), z.maxLength(256)),
  MessageBody: z.string().check(z.minLength(1), z.maxLength(1600)),
  ConfigurationSetName: z.optional(z.string().check(z.regex(/^[\w:/-]{1,256}$/))),
  TimeToLive: z._default(z.int().check(z.minimum(5), z.maximum(259_200)), 259_200),
  Context: z.optional(
    z
      .record(
        z.string().check(z.minLength(1), z.maxLength(100)),
        z.string().check(z.minLength(1), z.maxLength(800)),
      )
      .check(z.refine((context) => Object.keys(context).length <= 5)),
  ),
  DryRun: z._default(z.boolean(), false),
});

/** The body of SendMediaMessage (https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendMediaMessage.html). */
const AskedMedia = z.extend(Asked, {
  MessageBody: z._default(z.string().check(z.maxLength(1600)), ""),
  MediaUrls: z._default(z.array(z.string().check(z.regex(s3Address))).check(z.maxLength(1)), []),
});

/** A text that was taken in, and whether the caller is to hear of it. */
export interface Taken {
  readonly messageId: string;
  readonly loseReply: boolean;
}

/** SendTextMessage. */
export function sendTextMessage(carrier: Carrier, rates: Rates, body: unknown): Taken {
  const { success, data: asked } = Asked.safeParse(body);
  if (!success) throw new Exception("ValidationException", "FIELD_VALIDATION_FAILED");
  return take(carrier, rates, asked, {});
}

/** SendMediaMessage: AWS looks for the file when it has taken the message. */
export function sendMediaMessage(
  carrier: Carrier,
  rates: Rates,
  body: unknown,
  pictures: readonly string[] | undefined,
): Taken {
  const { success, data: asked } = AskedMedia.safeParse(body);
  if (!success) throw new Exception("ValidationException", "FIELD_VALIDATION_FAILED");
  return take(carrier, rates, asked, {
    mediaUrls: pictures ?? asked.MediaUrls,
    ...(!pictures && { fate: fileInaccessible }),
  });
}

/** What a picture message has beyond a text. */
type WithFiles = Pick<Partial<TextMessage>, "mediaUrls" | "fate">;

/** Checks in the API's order, then sends the text on its way. */
function take(carrier: Carrier, rates: Rates, asked: z.infer<typeof Asked>, more: WithFiles): Taken {
  const now = carrier.clock.now();
  const { OriginationIdentity: sender, DestinationPhoneNumber: to } = asked;
  const owner = ownerOf(carrier.accounts, sender);
  if (owner?.number.provider !== "aws-sms")
    throw new Exception("ResourceNotFoundException", undefined, "phone-number");
  if (!plannedNumber(to)) throw new Exception("ValidationException", "INVALID_PARAMETER");
  if (carrier.records.optOuts.get(optOutId({ sender, handset: to })))
    throw new Exception("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT");
  const handset = carrier.records.handsets.get(to) ?? newHandset(to, now);
  const { errorCode, loseReply } = handset.switches;
  const refusal = errorCode === null ? undefined : refusals.get(errorCode);
  if (refusal) {
    useUp(carrier, handset);
    throw refusal;
  }
  const text = textOf(owner.account.accountSid, asked, more, now);
  if (!rates.take(sender, text.segments, owner.number.mps, now)) throw new Exception("ThrottlingException");
  if (asked.DryRun) return { messageId: text.sid, loseReply: false };
  useUp(carrier, handset);
  const isFated = errorCode !== null && isLateFailure(errorCode);
  acceptText(carrier, isFated ? { ...text, fate: errorCode } : text);
  return { messageId: text.sid, loseReply };
}

function textOf(accountSid: string, asked: z.infer<typeof Asked>, more: WithFiles, now: number): TextMessage {
  const draft = {
    accountSid,
    direction: "outbound-api",
    handset: asked.DestinationPhoneNumber,
    sender: asked.OriginationIdentity,
    body: asked.MessageBody,
    status: "queued",
    ...more,
    sid: randomUUID(),
    validUntil: now + asked.TimeToLive * 1000,
    ...(asked.ConfigurationSetName && { configurationSet: asked.ConfigurationSetName }),
    ...(asked.Context && { context: asked.Context }),
  } as const;
  return newText(draft, now);
}

/** The switches of a handset are in Twilio's codes; this is how AWS refuses for the same reason. */
const refusals: ReadonlyMap<number, Exception> = new Map([
  [20003, new Exception("AccessDeniedException", "ACCOUNT_DISABLED")],
  [20429, new Exception("ThrottlingException")],
  [20500, new Exception("InternalServerException")],
  [20503, new Exception("InternalServerException")],
  [21211, new Exception("ValidationException", "INVALID_PARAMETER")],
  [21408, new Exception("ValidationException", "DESTINATION_COUNTRY_BLOCKED")],
  [21610, new Exception("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT")],
  [21611, new Exception("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT")],
  [21614, new Exception("ValidationException", "INVALID_PARAMETER")],
]);
