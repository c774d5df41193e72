import { ownerOf } from "../accounts.ts";
import type { Carrier } from "../carrier.ts";
import type { JobOf } from "../job.ts";
import { endsOf, type TextMessage } from "../text-message.ts";
import { callWebhook } from "./webhook.ts";

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

/** Tells the business a text's new status, and again later when that failed and it asked for that. */
export async function postStatus(
  carrier: Carrier,
  job: JobOf<"callback">,
  signal: AbortSignal,
): Promise<() => void> {
  const sender = job.form["From"] ?? "";
  const owner = ownerOf(carrier.accounts, sender);
  if (!owner) return () => undefined;
  const result = await callWebhook(job, job.form, owner.account.authToken, signal);
  const pause = result.is === "failed" ? result.retryInMs : undefined;
  if (pause === undefined) return () => undefined;
  return () => carrier.agenda.plan(carrier.clock.now() + pause, { ...job, tries: job.tries + 1 });
}

/** YYMMDDhhmm, as carriers write it. */
function doneDate(instant: number): string {
  return new Date(instant).toISOString().replace(/\D/g, "").slice(2, 12);
}
