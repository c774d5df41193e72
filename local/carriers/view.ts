import { type CarrierNumber, kindOf } from "./accounts.ts";
import type { Carrier } from "./carrier.ts";
import { type Handset, newHandset } from "./handset.ts";
import type { Notice } from "./notice.ts";
import { plannedNumber } from "./phone-number.ts";
import { optOutId } from "./records.ts";
import type { TextMessage } from "./text-message.ts";

/** A handset as its page shows it. */
export interface HandsetView extends Handset {
  /** The number as foreigners write it, or the push token. */
  readonly name: string;
  readonly isPhone: boolean;
  readonly conversations: readonly ConversationView[];
  /** Newest first. */
  readonly notices: readonly Notice[];
}

/** All texts between a person and one of the business's senders, oldest first. */
export interface ConversationView {
  readonly sender: SenderView;
  readonly isBlocked: boolean;
  readonly messages: readonly TextMessage[];
}

/** One of the business's senders. */
export interface SenderView {
  readonly number: string;
  readonly name: string;
  readonly label?: string;
  readonly canAnswer: boolean;
}

const shownTexts = 200;
const shownNotices = 20;

/** Everything the page shows of one handset. */
export function viewOf(carrier: Carrier, id: string): HandsetView {
  const { records } = carrier;
  const handset = records.handsets.get(id) ?? newHandset(id, carrier.clock.now());
  const texts = records.texts.find("handset = ? order by seq desc limit ?", id, shownTexts).reverse();
  const conversations = [...Map.groupBy(texts, ({ sender }) => sender)].map(([sender, messages]) => ({
    sender: senderView(carrier, sender),
    isBlocked: records.optOuts.get(optOutId({ sender, handset: id })) !== undefined,
    messages,
  }));
  const planned = plannedNumber(id);
  return {
    ...handset,
    name: planned?.international ?? id,
    isPhone: planned !== undefined,
    conversations,
    notices: records.notices.find("handset = ? order by seq desc limit ?", id, shownNotices),
  };
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
