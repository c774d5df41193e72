import * as z from "zod/mini";
import { messageIdOf } from "../messages/message.ts";
import type { Receipt } from "./provider.ts";
import { meaningOfMail } from "./ses-codes.ts";

/** Tag under which the attempt travels with an e-mail: every event of the e-mail brings it back. */
export const attemptTag = "attempt";

/** The attempt's id as a tag: tags take no dots. */
export function tagOf(attemptId: string): string {
  return attemptId.replace(".", "-");
}

function attemptOf(tag: string): string {
  return tag.replace("-", ".");
}

const At = z.iso.datetime();
/** Where the moment of an event stands depends on its kind; a rejection has none of its own. */
const Told = z.object({ timestamp: z.optional(At) });

/** What became of an e-mail (docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html); only what we use. */
export const MailEvent = z.object({
  eventType: z.string(),
  mail: z.object({
    timestamp: At,
    messageId: z.string(),
    tags: z._default(z.record(z.string(), z.array(z.string())), {}),
  }),
  bounce: z.optional(z.object({ ...Told.shape, bounceType: z.string(), bounceSubType: z.string() })),
  complaint: z.optional(
    z.object({
      ...Told.shape,
      complaintSubType: z.nullish(z.string()),
      complaintFeedbackType: z.nullish(z.string()),
    }),
  ),
  delivery: z.optional(Told),
  deliveryDelay: z.optional(Told),
  open: z.optional(Told),
});
/** What became of an e-mail. */
export type MailEvent = z.infer<typeof MailEvent>;

/** An event as a receipt; undefined when it says nothing we know, or of an e-mail that is not ours. */
export function receiptOfMail(event: MailEvent): Receipt | undefined {
  const { eventType, mail, bounce, complaint, delivery, deliveryDelay, open } = event;
  const attemptId = attemptOf(mail.tags[attemptTag]?.[0] ?? "");
  const subtype = bounce?.bounceSubType ?? complaint?.complaintSubType ?? complaint?.complaintFeedbackType;
  const code = [eventType, bounce?.bounceType, subtype].filter(Boolean).join("/");
  const meaning = meaningOfMail(code);
  if (!meaning || !messageIdOf(attemptId)) return undefined;
  const { is, reason, mark } = meaning;
  const told = bounce ?? complaint ?? delivery ?? deliveryDelay ?? open;
  return {
    attemptId,
    is,
    at: Date.parse(told?.timestamp ?? mail.timestamp),
    from: "callback",
    providerMessageId: mail.messageId,
    // Good news has no code.
    ...(reason && { code, reason }),
    ...(mark && { mark }),
  };
}
