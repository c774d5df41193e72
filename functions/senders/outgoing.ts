import type { Contact } from "../contacts/contact.ts";
import { contentOn } from "../messages/content.ts";
import type { Attempt, Message } from "../messages/message.ts";
import { type Hours, windowEnd } from "../messages/quiet-hours.ts";
import type { Business } from "../business/business.ts";
import { withWayOut } from "../consent/unsubscribe-line.ts";
import type { Leaving } from "../consent/unsubscribe-token.ts";
import { unsubscribeWords } from "../consent/unsubscribe-words.ts";
import type { Category } from "../messages/category.ts";
import type { Outgoing } from "../providers/provider.ts";
import { attachedTo, type FetchFile } from "./attached.ts";
import type { Sender } from "./sender.ts";

/** What a provider gets, but for how long it may keep it: that is known only when the call is made. */
export type Undated = Omit<Outgoing, "validitySeconds">;

/** What an attempt is made of. */
interface Parts {
  readonly message: Message;
  readonly attempt: Attempt;
  readonly contact: Contact;
  readonly category: Category;
  readonly hours: Hours | undefined;
}

/** What the text goes out with. */
interface From {
  readonly callbacksUrl: string;
  readonly receiptsUrl: string;
  readonly receiptTokenOf: (attemptId: string) => Promise<string>;
  readonly unsubscribeUrlOf: (leaving: Leaving) => Promise<string>;
  readonly fetchFile: FetchFile;
  readonly business: Pick<Business, "brand">;
}

/** An attempt as its provider gets it; undefined when the contact no longer has the address. */
export async function outgoingFor(parts: Parts, sender: Sender, using: From): Promise<Undated | undefined> {
  const { message, attempt, contact } = parts;
  const { callbacksUrl, receiptsUrl, receiptTokenOf } = using;
  const to = contact.addresses.find(({ id }) => id === attempt.addressId);
  if (!to) return undefined;
  const isPush = attempt.channel === "push";
  const receipt = isPush && { url: `${receiptsUrl}/v1/receipts`, token: await receiptTokenOf(attempt.id) };
  return {
    attemptId: attempt.id,
    channel: attempt.channel,
    to,
    from: sender.identity,
    content: contentOn(attempt.channel, message),
    urgency: parts.category.urgency,
    statusUrl: `${callbacksUrl}/callbacks/${sender.connection}/status/${attempt.id}`,
    ...(receipt && { receipt }),
    ...(attempt.channel === "email" && (await asMail(parts, sender, using))),
  };
}

/** An e-mail says who it is from and how to end mail of its kind. Nobody can end emergencies; theirs leads to the end of marketing. */
async function asMail(
  { message, attempt, contact, category: { purpose } }: Parts,
  { name, replyTo }: Sender,
  { unsubscribeUrlOf, fetchFile, business }: From,
): Promise<Pick<Undated, "content" | "mail">> {
  const { contactId, id: messageId } = message;
  const isMarketing = purpose === "marketing";
  const ends = purpose === "emergency" ? "marketing" : purpose;
  const unsubscribeUrl = await unsubscribeUrlOf({
    contactId,
    addressId: attempt.addressId,
    purpose: ends,
    messageId,
  });
  const content = contentOn("email", message);
  const { attachments = [] } = content;
  // In the language of the e-mail, where that is known.
  const { unsubscribe } = unsubscribeWords(
    message.template?.locale,
    contact.preferences.language,
    contact.locale,
  );
  return {
    content: withWayOut(content, unsubscribeUrl, isMarketing ? unsubscribe : undefined),
    mail: {
      fromName: name ?? business.brand.name,
      ...(replyTo !== undefined && { replyTo }),
      stream: isMarketing ? "marketing" : "transactional",
      unsubscribeUrl,
      ...(attachments.length > 0 && { attached: await attachedTo(attachments, fetchFile) }),
    },
  };
}

/** No provider may release it after the next step has started, into quiet hours, or when it is of no use any more. */
export function validityOf({ message, attempt, hours }: Parts, now: number): number {
  const wait = message.plan?.steps[attempt.step]?.waitSeconds ?? 0;
  const untilExpiry = (message.expiresAt - now) / 1000;
  // The wait runs from when the provider takes it, which is not before this call.
  const untilNextStep = wait > 0 ? wait : untilExpiry;
  const seconds = Math.max(1, Math.min(untilExpiry, untilNextStep, longestValiditySeconds));
  const untilQuiet = hours ? (windowEnd(hours, now, seconds) - now) / 1000 : seconds;
  return Math.max(1, Math.floor(Math.min(seconds, untilQuiet)));
}

/** Twilio's longest; looking further for the end of the window would be in vain. */
const longestValiditySeconds = 36_000;
