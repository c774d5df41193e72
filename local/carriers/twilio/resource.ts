import { endsOf, type TextMessage } from "../text-message.ts";
import { failureMessage } from "./error-codes.ts";

/** The version of the API, and the first part of its paths. */
export const apiVersion = "2010-04-01";

/** A text as Twilio's Message resource (https://www.twilio.com/docs/messaging/api/message-resource). */
export function messageResource(text: TextMessage) {
  const { from, to } = endsOf(text);
  const base = `/${apiVersion}/Accounts/${text.accountSid}/Messages/${text.sid}`;
  return {
    account_sid: text.accountSid,
    api_version: apiVersion,
    body: text.redacted ? "" : text.body,
    date_created: rfc2822(text.createdAt),
    date_sent: text.sentAt === undefined ? null : rfc2822(text.sentAt),
    date_updated: rfc2822(text.updatedAt),
    direction: text.direction,
    error_code: text.errorCode ?? null,
    error_message: text.errorCode ? failureMessage(text.errorCode) : null,
    from,
    messaging_service_sid: text.messagingServiceSid ?? null,
    num_media: String(text.mediaUrls.length),
    num_segments: String(text.segments),
    price: null,
    price_unit: "USD",
    sid: text.sid,
    status: text.status,
    subresource_uris: { media: `${base}/Media.json`, feedback: `${base}/Feedback.json` },
    to,
    uri: `${base}.json`,
  };
}

function rfc2822(instant: number): string {
  return new Date(instant).toUTCString().replace("GMT", "+0000");
}
