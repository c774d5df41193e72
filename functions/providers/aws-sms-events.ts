import * as z from "zod/mini";
import { messageIdOf } from "../messages/message.ts";
import type { Sender } from "../senders/sender.ts";
import { meaningOfEvent } from "./aws-sms-codes.ts";
import { Arrived, type Receipt } from "./provider.ts";

/** Name under which the attempt's id travels with a text: every event of the text brings it back. */
export const attemptKey = "attempt";

/** What became of a text (docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html); only what we use. */
const TextEvent = z.object({
  eventType: z.string(),
  eventTimestamp: z.int(),
  isFinal: z.boolean(),
  messageId: z.string(),
  context: z.optional(z.partial(z.object({ [attemptKey]: z.string() }))),
});
type TextEvent = z.infer<typeof TextEvent>;

/** What somebody wrote (docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html). */
const TwoWay = z.object({
  originationNumber: z.string(),
  destinationNumber: z.string(),
  messageBody: z.string(),
  inboundMessageId: z.string(),
});
type TwoWay = z.infer<typeof TwoWay>;

/** What AWS End User Messaging tells us through its topic. */
export const AwsSmsEvent = z.union([TextEvent, TwoWay]);
/** What AWS End User Messaging tells us through its topic. */
export type AwsSmsEvent = z.infer<typeof AwsSmsEvent>;

/** An event in our words: a receipt to apply, or a message that came in; undefined when it says nothing we know. */
export type Told =
  | { readonly is: "receipt"; readonly receipt: Receipt }
  | { readonly is: "arrived"; readonly arrived: Arrived }
  | undefined;

/** Whose number somebody wrote to. */
type NumberOwner = Pick<Sender, "identity" | "connection" | "keywordsAnsweredBy">;

/** Reads an event; what somebody wrote belongs to the connection of the number they wrote to. */
export function toldBy(event: AwsSmsEvent, numbers: readonly NumberOwner[], now: number): Told {
  return "eventType" in event ? receiptIn(event) : arrivedIn(event, numbers, now);
}

function receiptIn({ eventType, eventTimestamp, isFinal, messageId, context }: TextEvent): Told {
  const attemptId = context?.[attemptKey] ?? "";
  const meaning = meaningOfEvent(eventType);
  if (!meaning || !messageIdOf(attemptId)) return undefined;
  const { is, finally: atLast = is, reason, mark } = meaning;
  const receipt: Receipt = {
    attemptId,
    is: isFinal ? atLast : is,
    at: eventTimestamp,
    from: "callback",
    providerMessageId: messageId,
    // Good news has no code.
    ...(reason && { code: eventType, reason }),
    ...(mark && { mark }),
  };
  return { is: "receipt", receipt };
}

function arrivedIn(event: TwoWay, numbers: readonly NumberOwner[], now: number): Told {
  const { originationNumber: from, destinationNumber: to, messageBody: text, inboundMessageId } = event;
  const number = numbers.find(({ identity }) => identity === to);
  const word = text.trim().toUpperCase();
  const keyword = number?.keywordsAnsweredBy === "provider" ? managedKeywords.get(word) : undefined;
  const parsed = Arrived.safeParse({
    connection: number?.connection ?? "undeclared",
    providerMessageId: inboundMessageId,
    channel: "sms",
    from,
    to,
    text,
    mediaUrls: [],
    at: now,
    ...(keyword && { handledKeyword: keyword }),
  });
  return parsed.success ? { is: "arrived", arrived: parsed.data } : undefined;
}

/** Words that AWS acts on and answers unless a number manages its opt-outs itself (docs.aws.amazon.com/sms-voice/latest/userguide/keywords.html). */
const managedKeywords: ReadonlyMap<string, "opt-out" | "help"> = new Map([
  ...["ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"].map(
    (word) => [word, "opt-out"] as const,
  ),
  ["HELP", "help"],
]);
