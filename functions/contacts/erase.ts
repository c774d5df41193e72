import { changeGate, type GateStore } from "../consent/gate.store.ts";
import { storedWithinMilliseconds } from "../messages/carried.ts";
import { effectsOf } from "../messages/effects.ts";
import { erased, erasedText } from "../messages/erase.ts";
import type { History, Place } from "../messages/history.store.ts";
import { type InboundMessage, type Message, messageIdOf } from "../messages/message.ts";
import { changeMessage, type MessageStore } from "../messages/message.store.ts";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { Problem } from "../platform/problem.ts";
import type { Contact } from "./contact.ts";
import type { ContactStore } from "./contact.store.ts";
import type { Erasure, ErasureStore } from "./erasure.store.ts";
import { contactNamed } from "./look-up.ts";

/** What erasing works with. */
export interface EraseUsing {
  readonly contacts: Pick<ContactStore, "find" | "findByExternalId">;
  readonly erasures: ErasureStore;
  readonly history: History;
  readonly gates: GateStore;
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** What one request erased. */
export interface Erased {
  readonly erasure: Erasure;
  readonly messages: number;
  /** Whether messages are left for the next request. */
  readonly isComplete: boolean;
}

/** Most messages one request erases: what it can do in the time it has. */
const erasedAtOnce = 1_000;
const pageSize = 100;

/**
 * Erases a person: who they are, how they were reached, what was written. Nobody can be reached from the first write on.
 * Dying in between loses nothing: asked again, it goes on where it stopped, and takes what has come since.
 */
export async function erase(name: string, by: string, using: EraseUsing): Promise<Erased> {
  const erasure = await forget(name, by, using);
  const finished = await using.erasures.finish(erasure, using.clock.now());
  await shut(finished.contactId, using);
  const left = await eraseMessages(finished.contactId, using);
  await using.publish([{ name: "contact.erased", detail: { contactId: finished.contactId } }]);
  return { erasure: finished, ...left };
}

/** Whoever knew the person a moment ago finds the gate closed. */
async function shut(contactId: string, { gates, clock }: EraseUsing): Promise<void> {
  const erasedAt = clock.now();
  await changeGate(gates, contactId, (gate) =>
    gate.erasedAt === undefined ? { gate: { ...gate, erasedAt }, result: undefined } : { result: undefined },
  );
}

async function forget(name: string, by: string, using: EraseUsing): Promise<Erasure> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const contact = await contactNamed(name, using.contacts);
    const known = await using.erasures.find(contact?.id ?? name);
    if (!contact && !known) throw new Problem("contact.not-found");
    if (!contact && known) return known;
    if (!contact) continue;
    const erasure = erasureOf(contact, by, using.clock.now());
    if (await using.erasures.forget(contact, erasure)) return erasure;
  }
  throw new Problem("contact.changed");
}

const triesLimit = 5;

function erasureOf({ id, externalId, addresses }: Contact, by: string, now: number): Erasure {
  return {
    contactId: id,
    startedAt: now,
    by,
    ...(externalId !== undefined && { externalId }),
    addresses: addresses.map(({ kind, value }) => ({ kind, value })),
  };
}

async function eraseMessages(contactId: string, using: EraseUsing): Promise<Omit<Erased, "erasure">> {
  let count = 0;
  let after: Place | undefined;
  do {
    const { entries, next } = await using.history.page(contactId, { limit: pageSize, after });
    const done = await Promise.all(entries.map((entry) => eraseOne(entry, using)));
    count += done.filter(Boolean).length;
    after = next;
  } while (after && count < erasedAtOnce);
  const isComplete = after === undefined && !(await isAnySent(contactId, using));
  return { messages: count, isComplete };
}

/** Whether a message is being sent that comes a moment later, because a queue carried it, or has come since we looked. */
async function isAnySent(contactId: string, { gates, messages, clock }: EraseUsing): Promise<boolean> {
  const { claims } = await gates.find(contactId);
  const since = clock.now() - storedWithinMilliseconds;
  const taken = Object.entries(claims).filter(([, { is, at }]) => is === "claimed" && at > since);
  const found = await Promise.all(
    taken.map(async ([attemptId]) => messages.find(messageIdOf(attemptId) ?? attemptId)),
  );
  return found.some((message) => message?.erasedAt === undefined);
}

/** False when there was nothing left to erase. */
async function eraseOne(entry: Message | InboundMessage, using: EraseUsing): Promise<boolean> {
  if ("meaning" in entry) {
    if (entry.text === erasedText) return false;
    await using.history.rewriteInbound({ ...entry, text: erasedText });
    return true;
  }
  const changed = await changeMessage(using.messages, entry.id, (message) =>
    erased(message, using.clock.now()),
  );
  if (changed.is !== "changed") return false;
  await using.publish(effectsOf(changed.before, changed.message).happenings);
  return true;
}
