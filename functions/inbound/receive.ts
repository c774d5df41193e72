import type { Business } from "../business/business.ts";
import { type ConsentEntry, stoppable } from "../consent/consent.ts";
import { consentIn, type Gate } from "../consent/gate.ts";
import { changeGate } from "../consent/gate.store.ts";
import { type Meaning, meaningOf } from "../consent/keyword.ts";
import { recordConsent, type RecordUsing } from "../consent/record.ts";
import type { Contact } from "../contacts/contact.ts";
import { newMessage } from "../messages/new-message.ts";
import { keywordAnswer, type Purpose } from "../messages/category.ts";
import type { InboundMessage } from "../messages/message.ts";
import type { MessageStore } from "../messages/message.store.ts";
import type { Clock } from "../platform/clock.ts";
import { idFrom } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import type { Arrived } from "../providers/provider.ts";
import { type Sender, takesReplies } from "../senders/sender.ts";
import { answerTo } from "./answers.ts";

/** What receiving works with. */
export interface ReceiveUsing extends RecordUsing {
  readonly contacts: {
    readonly findByAddress: (kind: "phone", value: string) => Promise<Contact | undefined>;
    /** False when the address has just become somebody else's. */
    readonly create: (contact: Contact) => Promise<unknown>;
  };
  readonly messages: Pick<MessageStore, "keepInbound" | "create">;
  readonly sendToIntake: (messageId: string) => Promise<void>;
  readonly business: Business;
  readonly clock: Clock;
}

/** Takes in what a person wrote: keywords act on consent and are answered once, everything else is kept and told. */
export async function receive(arrived: Arrived, using: ReceiveUsing): Promise<void> {
  const sender = using.business.senders.find(({ identity, connection }) => identity === arrived.to && connection === arrived.connection);
  if (!sender) return log.warn("inbound-for-no-sender", { connection: arrived.connection });
  const inboundId = idFrom("inb", `${arrived.connection}/${arrived.providerMessageId}`);
  const contact = await knownOrNew(arrived, inboundId, using);
  const address = contact.addresses.find(({ value }) => value === arrived.from);
  if (!address) throw new Error("The address moved to another contact while we looked");
  const gate = await using.gates.find(contact.id);
  const read = readingOf(arrived, stoppable.some((purpose) => consentIn(gate, address.id, purpose) === "out"));
  const meant = read.is;
  const about = { contactId: contact.id, addressId: address.id };
  const entries = meant === "opt-out" || meant === "opt-in" ? entriesFor(meant, inboundId, about, arrived) : [];
  await recordConsent(entries, using);
  await rememberUse(contact.id, address.id, arrived, using);
  const answeredBy = whoAnswers(read, arrived, sender);
  if (answeredBy === "heliograph" && meant !== "text") await answer(meant, inboundId, about, sender, using);
  const { channel, text, at } = arrived;
  const kept = { id: inboundId, ...about, senderId: sender.id, channel, text, at, meaning: meant, answeredBy };
  await using.messages.keepInbound(kept);
  await using.publish([{ name: "message.received", detail: { inboundId, contactId: contact.id, senderId: sender.id } }]);
}

function readingOf(arrived: Arrived, isOptedOut: boolean): Meaning {
  return arrived.handledKeyword ? { is: arrived.handledKeyword, by: "keyword" } : meaningOf(arrived.text, isOptedOut);
}

/** A network that knows the keyword has answered it already; two answers would be one too many. */
function whoAnswers(read: Meaning, arrived: Arrived, sender: Sender): InboundMessage["answeredBy"] {
  if (read.is === "text") return "nobody";
  const isNetworkKeyword = sender.keywordsAnsweredBy === "provider" && read.by === "keyword";
  if (arrived.handledKeyword !== undefined || isNetworkKeyword) return "provider";
  return takesReplies(sender) ? "heliograph" : "nobody";
}

async function knownOrNew(arrived: Arrived, inboundId: string, using: ReceiveUsing): Promise<Contact> {
  const known = await using.contacts.findByAddress("phone", arrived.from);
  if (known) return known;
  // An opt-out counts even when we do not know the number yet: it may be imported tomorrow.
  const now = using.clock.now();
  const contact: Contact = {
    id: idFrom("con", inboundId),
    attributes: {},
    preferences: { channels: [] },
    addresses: [{ id: idFrom("adr", inboundId), kind: "phone", value: arrived.from, lineType: "mobile" }],
    createdAt: now,
    updatedAt: now,
  };
  await using.contacts.create(contact);
  return (await using.contacts.findByAddress("phone", arrived.from)) ?? contact;
}

/** STOP ends everything that can be ended; START brings back what STOP ended, and marketing with it. */
function entriesFor(
  meant: "opt-out" | "opt-in",
  inboundId: string,
  about: { readonly contactId: string; readonly addressId: string },
  arrived: Arrived,
): ConsentEntry[] {
  return stoppable.map((purpose: Purpose) => ({
    id: idFrom("cse", `${inboundId}/${purpose}`),
    ...about,
    purpose,
    state: meant === "opt-out" ? "out" : "in",
    method: "keyword",
    at: arrived.at,
    actor: arrived.handledKeyword ? `provider:${arrived.connection}` : "contact",
  }));
}

async function rememberUse(contactId: string, addressId: string, { channel, at }: Arrived, using: ReceiveUsing): Promise<void> {
  const change = (gate: Gate): Gate => ({
    ...gate,
    lastUsed: { channel, addressId, at },
    reach: { ...gate.reach, [addressId]: { state: "reachable", at } },
  });
  await changeGate(using.gates, contactId, (gate) => ({
    ...((gate.lastUsed?.at ?? 0) < at && { gate: change(gate) }),
    result: undefined,
  }));
}

async function answer(
  meant: "opt-out" | "opt-in" | "help",
  inboundId: string,
  about: { readonly contactId: string; readonly addressId: string },
  sender: Sender,
  using: ReceiveUsing,
): Promise<void> {
  const text = answerTo(meant, using.business.brand);
  const message = newMessage({
    id: idFrom("msg", inboundId),
    contactId: about.contactId,
    category: keywordAnswer,
    content: { text, mediaUrls: [] },
    replyTo: { addressId: about.addressId, senderId: sender.id, inboundId },
    now: using.clock.now(),
  });
  await using.messages.create(message);
  await using.sendToIntake(message.id);
}
