import { createHmac } from "node:crypto";
import { endsOf, type TextMessage } from "../text-message.ts";

/** Parameters of a status callback (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status). */
export function statusForm(text: TextMessage): Record<string, string> {
  const { from, to } = endsOf(text);
  const isReceipt = text.status === "delivered" || text.status === "undelivered";
  return {
    ...(text.errorCode && { ErrorCode: String(text.errorCode) }),
    ApiVersion: "2010-04-01",
    MessageStatus: text.status,
    ...(isReceipt && { RawDlrDoneDate: doneDate(text.updatedAt) }),
    SmsSid: text.sid,
    SmsStatus: text.status,
    To: to,
    From: from,
    MessageSid: text.sid,
    AccountSid: text.accountSid,
    ...(text.messagingServiceSid && { MessagingServiceSid: text.messagingServiceSid }),
  };
}

/** Signature of a form that is posted to a URL (https://www.twilio.com/docs/usage/security). */
export function signatureOf(url: string, form: Readonly<Record<string, string>>, authToken: string): string {
  const names = Object.keys(form).sort();
  const signed = url + names.map((name) => `${name}${form[name]}`).join("");
  return createHmac("sha1", authToken).update(signed, "utf8").digest("base64");
}

/** A form to a webhook of the business. */
export interface Post {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly authToken: string;
  /** The same on a retry, so that the business can tell. */
  readonly idempotencyToken: string;
}

/** Posts a form as Twilio does: signed, and once more when no connection came about. Undefined when nobody answered. */
export async function postSigned(post: Post, signal: AbortSignal): Promise<Response | undefined> {
  for (let attempt = 0; attempt < 2 && !signal.aborted; attempt += 1) {
    try {
      return await send(post, signal);
    } catch (error) {
      // An answer that takes too long is not asked for twice: the business may be working on it.
      if ((error as Error).name === "TimeoutError") return undefined;
    }
  }
  return undefined;
}

const answerWithinMs = 15_000;

function send({ url, form, authToken, idempotencyToken }: Post, signal: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      "user-agent": "TwilioProxy/1.1",
      accept: "*/*",
      "x-home-region": "us1",
      "x-twilio-signature": signatureOf(url, form, authToken),
      "i-twilio-idempotency-token": idempotencyToken,
    },
    body: new URLSearchParams(form).toString(),
  });
}

/** YYMMDDhhmm, as carriers write it. */
function doneDate(instant: number): string {
  return new Date(instant).toISOString().replace(/\D/g, "").slice(2, 12);
}
