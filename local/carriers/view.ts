import { type CarrierNumber, kindOf } from "./accounts.ts";
import type { Carrier } from "./carrier.ts";
import { type Handset, newHandset } from "./handset.ts";
import { type MailMessage, oneClickUrl } from "./mail-message.ts";
import type { Notice } from "./notice.ts";
import { plannedNumber, zoneOf } from "./phone-number.ts";
import { optOutId } from "./records.ts";
import type { TextMessage } from "./text-message.ts";
import { failureMessage } from "./twilio/error-codes.ts";

/** A handset as its page shows it. */
export interface HandsetView extends Handset {
  /** The number as foreigners write it, or the push token. */
  readonly name: string;
  readonly isPhone: boolean;
  /** The how manieth handset it is. */
  readonly order: number;
  /** Where its owner lives, when the number tells. */
  readonly zone?: string;
  readonly conversations: readonly ConversationView[];
  /** Newest first. */
  readonly notices: readonly Notice[];
  /** Newest first, without what is in them. */
  readonly mails: readonly MailView[];
}

/** An e-mail as a mailbox lists it. */
export interface MailView extends Omit<MailMessage, "html" | "headers" | "tags" | "attachments"> {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly hasHtml: boolean;
  /** Whether the mail program shows a button that unsubscribes. */
  readonly hasButton: boolean;
}

/** All texts between a person and one of the business's senders, oldest first. */
export interface ConversationView {
  readonly sender: SenderView;
  readonly isBlocked: boolean;
  readonly messages: readonly BubbleView[];
}

/** A text, with the reason in words when it failed. */
export type BubbleView = TextMessage & { readonly failure?: string };

/** One of the business's senders. */
export interface SenderView {
  readonly number: string;
  readonly name: string;
  readonly label?: string;
  readonly canAnswer: boolean;
}

const shownTexts = 200;
const shownNotices = 20;
const shownMails = 50;

/** Everything the page shows of one handset. */
export function viewOf(carrier: Carrier, id: string): HandsetView {
  const { records } = carrier;
  const handset = records.handsets.get(id) ?? newHandset(id, carrier.clock.now());
  const texts = records.texts.find("handset = ? order by seq desc limit ?", id, shownTexts).reverse();
  const conversations = [...Map.groupBy(texts, ({ sender }) => sender)].map(([sender, messages]) => ({
    sender: senderView(carrier, sender),
    isBlocked: records.optOuts.get(optOutId({ sender, handset: id })) !== undefined,
    messages: messages.map(bubbleOf),
  }));
  const planned = plannedNumber(id);
  const zone = zoneOf(id, planned?.country);
  return {
    ...handset,
    name: planned?.international ?? id,
    isPhone: planned !== undefined,
    order: records.handsets.seqOf(id) ?? 0,
    ...(zone && { zone }),
    conversations,
    notices: records.notices.find("handset = ? order by seq desc limit ?", id, shownNotices),
    mails: records.mails.find("handset = ? order by seq desc limit ?", id, shownMails).map(mailViewOf),
  };
}

function mailViewOf({ html, headers, attachments = [], tags: _tags, ...mail }: MailMessage): MailView {
  const files = attachments.map(({ name, content }) => ({
    name,
    bytes: Buffer.byteLength(content, "base64"),
  }));
  return { ...mail, files, hasHtml: html !== undefined, hasButton: oneClickUrl({ headers }) !== undefined };
}

function bubbleOf(text: TextMessage): BubbleView {
  const failure = text.errorCode ? failureMessage(text.errorCode) : null;
  return failure ? { ...text, failure } : text;
}

/** The senders a person can write to. */
export function answerableSenders({ accounts }: Carrier): SenderView[] {
  return accounts.flatMap(({ numbers }) => numbers.map(viewOfNumber)).filter(({ canAnswer }) => canAnswer);
}

function senderView({ accounts }: Carrier, sender: string): SenderView {
  const number = accounts.flatMap(({ numbers }) => numbers).find((each) => each.number === sender);
  return number ? viewOfNumber(number) : { number: sender, name: sender, canAnswer: false };
}

function viewOfNumber({ number, label }: CarrierNumber): SenderView {
  const name = plannedNumber(number)?.international ?? number;
  return { number, name, canAnswer: kindOf(number) !== "alphanumeric", ...(label && { label }) };
}
