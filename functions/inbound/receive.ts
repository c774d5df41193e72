import type { Business } from "../business/business.ts";
import { type ConsentEntry, stoppable } from "../consent/consent.ts";
import { consentIn, type Gate } from "../consent/gate.ts";
import { changeGate } from "../consent/gate.store.ts";
import { recordConsent, type RecordUsing } from "../consent/record.ts";
import { type Contact, PhoneAddress } from "../contacts/contact.ts";
import { newMessage } from "../messages/new-message.ts";
import { keywordAnswer } from "../messages/category.ts";
import type { InboundMessage } from "../messages/message.ts";
import type { MessageStore } from "../messages/message.store.ts";
import type { Clock } from "../platform/clock.ts";
import { idFrom } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import { measure } from "../platform/metrics.ts";
import type { Arrived } from "../providers/provider.ts";
import { answerTo } from "./answers.ts";
import { interpret, type Standing } from "./interpret.ts";

/** What receiving works with. */
export interface ReceiveUsing extends RecordUsing {
  readonly contacts: {
    readonly findByAddress: (kind: "phone", value: string) => Promise<Contact | undefined>;
    /** Does nothing when the address has just become somebody else's. */
    readonly create: (contact: Contact) => Promise<unknown>;
  };
  readonly messages: Pick<MessageStore, "keepInbound" | "findInbound" | "create">;
  readonly sendToIntake: (messageId: string) => Promise<void>;
  readonly business: Business;
  readonly clock: Clock;
}

/** Takes in what a person wrote: keywords act on consent and are answered once, everything else is kept and told. */
export async function receive(arrived: Arrived, using: ReceiveUsing): Promise<void> {
  const inbound = await keptOnce(await readingOf(arrived, using), using);
  const { id, contactId, addressId, senderId } = inbound;
  if (contactId && addressId) await actOn(inbound, { contactId, addressId }, arrived, using);
  await using.publish([{ name: "message.received", detail: { inboundId: id, contactId, senderId } }]);
}

/** The first reading is the one that counts: a redelivery finds it, with the moment the person wrote and what they meant then. */
async function keptOnce(inbound: InboundMessage, using: ReceiveUsing): Promise<InboundMessage> {
  if (await using.messages.keepInbound(inbound)) return inbound;
  return (await using.messages.findInbound(inbound.id)) ?? inbound;
}

interface Writer {
  readonly contactId: string;
  readonly addressId: string;
}

async function actOn(
  inbound: InboundMessage,
  writer: Writer,
  { connection, from }: Arrived,
  using: ReceiveUsing,
): Promise<void> {
  const { meaning, answeredBy } = inbound;
  if (meaning === "opt-out" || meaning === "opt-in") {
    const actor = answeredBy === "provider" ? `provider:${connection}` : "contact";
    await recordConsent(entriesFor(meaning, inbound, writer, actor), using);
    if (meaning === "opt-out") await followNumber(from, inbound, writer, actor, using);
    if (meaning === "opt-out") measure("OptOutMilliseconds", using.clock.now() - inbound.at);
  }
  await rememberUse(inbound, writer, using);
  if (answeredBy === "heliograph" && meaning !== "text") await answer(meaning, inbound, writer, using);
}

async function readingOf(arrived: Arrived, using: ReceiveUsing): Promise<InboundMessage> {
  const { connection, channel, text, at } = arrived;
  const sender = using.business.senders.find(
    (one) => one.identity === arrived.to && one.connection === connection,
  );
  // A number that was ours yesterday still takes a STOP.
  if (!sender) log.warn("inbound-for-no-sender", { connection });
  const id = idFrom("inb", `${connection}/${arrived.providerMessageId}`);
  const writer = await writerOf(arrived, id, using);
  const read = interpret(arrived, sender, writer && (await standingOf(writer, using)));
  return { id, ...writer, senderId: sender?.id ?? "undeclared", channel, text, at, ...read };
}

async function standingOf({ contactId, addressId }: Writer, using: ReceiveUsing): Promise<Standing> {
  const gate = await using.gates.find(contactId);
  const ended = stoppable.filter((purpose) => consentIn(gate, addressId, purpose) === "out");
  if (ended.length === 0) return "in";
  return ended.length === stoppable.length ? "out" : "partly";
}

/** Short codes and names write too; they are machines, and nobody's address. */
async function writerOf(
  arrived: Arrived,
  inboundId: string,
  using: ReceiveUsing,
): Promise<Writer | undefined> {
  if (!PhoneAddress.shape.value.safeParse(arrived.from).success) return undefined;
  const contact = await knownOrNew(arrived, inboundId, using);
  const address = contact.addresses.find(({ kind, value }) => kind === "phone" && value === arrived.from);
  if (!address) throw new Error("The address moved to another contact while we looked");
  return { contactId: contact.id, addressId: address.id };
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
  const owner = await using.contacts.findByAddress("phone", arrived.from);
  // Somebody else is taking the address at this moment: look again when the queue brings it back.
  if (!owner) throw new Error("The address is being taken by another contact");
  return owner;
}

/** The number may have become somebody else's while the STOP was written down: it was said of the number. */
async function followNumber(
  number: string,
  inbound: InboundMessage,
  writer: Writer,
  actor: string,
  using: ReceiveUsing,
): Promise<void> {
  const owner = await using.contacts.findByAddress("phone", number);
  const address = owner?.addresses.find(({ kind, value }) => kind === "phone" && value === number);
  if (!owner || !address || (owner.id === writer.contactId && address.id === writer.addressId)) return;
  const heir = { contactId: owner.id, addressId: address.id };
  const entries = entriesFor("opt-out", inbound, heir, actor).map((entry) => ({
    ...entry,
    id: idFrom("cse", `${entry.id}/${owner.id}`),
  }));
  await recordConsent(entries, using);
}

/** STOP ends everything that can be ended; START brings back what STOP ended, and marketing with it. */
function entriesFor(
  meaning: "opt-out" | "opt-in",
  inbound: InboundMessage,
  writer: Writer,
  actor: string,
): ConsentEntry[] {
  return stoppable.map((purpose) => ({
    id: idFrom("cse", `${inbound.id}/${purpose}`),
    ...writer,
    purpose,
    state: meaning === "opt-out" ? "out" : "in",
    method: "keyword",
    at: inbound.at,
    actor,
  }));
}

async function rememberUse(
  { channel, at }: InboundMessage,
  { contactId, addressId }: Writer,
  using: ReceiveUsing,
): Promise<void> {
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
  meaning: "opt-out" | "opt-in" | "help",
  inbound: InboundMessage,
  { contactId, addressId }: Writer,
  using: ReceiveUsing,
): Promise<void> {
  const message = newMessage({
    id: idFrom("msg", inbound.id),
    contactId,
    category: keywordAnswer,
    content: { text: answerTo(meaning, using.business.brand), mediaUrls: [] },
    replyTo: { addressId, senderId: inbound.senderId, inboundId: inbound.id },
    now: using.clock.now(),
  });
  await using.messages.create(message);
  await using.sendToIntake(message.id);
}
