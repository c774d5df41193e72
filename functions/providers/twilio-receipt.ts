import type { Receipt } from "./provider.ts";
import { meaningOfCode } from "./twilio-codes.ts";

/** Twilio's message statuses in our words (twilio.com/docs/messaging/api/message-resource#message-status-values). */
const statuses: ReadonlyMap<string, Receipt["is"]> = new Map([
  ["accepted", "provider-accepted"],
  ["scheduled", "provider-accepted"],
  ["queued", "provider-accepted"],
  ["sending", "provider-accepted"],
  ["sent", "carrier-accepted"],
  ["delivered", "delivered"],
  ["partially_delivered", "delivered"],
  ["read", "read"],
  ["undelivered", "undelivered"],
  ["failed", "failed"],
  ["canceled", "expired"],
]);

/** Dropped unsent because its validity period was over (twilio.com/docs/api/errors/30036). */
const validityOver = "30036";

/** What Twilio said of one of its messages, in a callback or in its list. */
export interface TwilioStatus {
  readonly sid: string;
  readonly status: string;
  /** Absent or empty when nothing went wrong. */
  readonly code?: string | null | undefined;
}

/** A status of Twilio's as a receipt; undefined for one we do not know. */
export function receiptOf(
  attemptId: string,
  { sid, status, code }: TwilioStatus,
  about: Pick<Receipt, "at" | "from">,
): Receipt | undefined {
  const is = code === validityOver ? "expired" : statuses.get(status);
  if (!is) return undefined;
  return { attemptId, is, ...about, providerMessageId: sid, ...(code && { code, ...meaningFields(code) }) };
}

function meaningFields(code: string): Pick<Receipt, "reason" | "mark"> {
  const { reason, mark } = meaningOfCode(code);
  return { reason, ...(mark && { mark }) };
}
