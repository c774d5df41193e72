import { messageIdOf } from "../messages/message.ts";
import { Arrived, type Receipt } from "./provider.ts";
import { receiptOf } from "./twilio-receipt.ts";
import type { Fields } from "./twilio-signature.ts";

/** How long word that a provider or a carrier has a message may wait for word that the person has it. */
const supersededSeconds = 5;

/** Most texts are on the phone a few seconds after their carrier took them: that they were taken is then not worth a write. */
export function delayOf({ is }: Receipt): number {
  return is === "provider-accepted" || is === "carrier-accepted" ? supersededSeconds : 0;
}

const optOutTypes = { STOP: "opt-out", START: "opt-in", HELP: "help" } as const;

/** A status callback as a receipt for the attempt its address names; undefined when it says nothing we know. */
export function receiptFrom(fields: Fields, attemptId: string, now: number): Receipt | undefined {
  const sid = one(fields, "MessageSid") ?? one(fields, "SmsSid");
  const status = one(fields, "MessageStatus") ?? one(fields, "SmsStatus");
  if (!sid || !status || !messageIdOf(attemptId)) return undefined;
  return receiptOf(attemptId, { sid, status, code: one(fields, "ErrorCode") }, { at: now, from: "callback" });
}

/** A message somebody sent to one of our numbers. */
export function arrivedFrom(fields: Fields, connection: string, now: number): Arrived | undefined {
  const keyword = one(fields, "OptOutType") ?? "";
  const mediaCount = Number(one(fields, "NumMedia") ?? 0);
  const mediaUrls = Array.from(
    { length: Math.min(10, mediaCount) },
    (_, index) => one(fields, `MediaUrl${index}`) ?? "",
  );
  const parsed = Arrived.safeParse({
    connection,
    providerMessageId: one(fields, "MessageSid"),
    channel: mediaCount > 0 ? "mms" : "sms",
    from: one(fields, "From"),
    to: one(fields, "To"),
    text: one(fields, "Body") ?? "",
    mediaUrls: mediaUrls.filter(Boolean),
    at: now,
    ...(isOptOutType(keyword) && { handledKeyword: optOutTypes[keyword] }),
  });
  return parsed.success ? parsed.data : undefined;
}

function isOptOutType(keyword: string): keyword is keyof typeof optOutTypes {
  return keyword in optOutTypes;
}

function one(fields: Fields, name: string): string | undefined {
  return fields.get(name)?.[0];
}
