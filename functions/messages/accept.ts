import type * as z from "zod/mini";
import type { Contact } from "../contacts/contact.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { Problem } from "../platform/problem.ts";
import { askedFor, type AskedUsing, type Named } from "./asked.ts";
import { newsOf } from "./effects.ts";
import { handQueued, type HandOnUsing } from "./hand-on.ts";
import type { SendToIntake } from "./intake.store.ts";
import type { Message } from "./message.ts";
import type { MessageStore } from "./message.store.ts";
import type { NewMessage } from "./messages.routes.ts";
import { type DecideUsing, decisionFor, routed } from "./routing.ts";
import { currentAttempt, isFinished } from "./status.ts";

/** What accepting works with. */
export interface AcceptUsing extends DecideUsing, AskedUsing, Omit<HandOnUsing, "hold"> {
  readonly messages: Pick<MessageStore, "create" | "find">;
  readonly sendToIntake: SendToIntake;
  readonly publish: Publish;
}

/** A message, and whether an earlier request with the same key had made it. */
export interface Accepted {
  readonly message: Message;
  readonly isReplay: boolean;
}

/** Takes responsibility for a message: once it is stored it will end in exactly one final state. It is decided on at once. */
export async function accept(
  asked: z.infer<typeof NewMessage>,
  named: Named,
  now: number,
  using: AcceptUsing,
): Promise<Accepted> {
  const { id, requestHash } = named;
  const gates = besideContact(asked.contactId, using);
  const { fresh, contact } = await askedFor(asked, named, now, using);
  const message = await decidedOn(fresh, contact, { ...using, gates });
  if (await using.messages.create(message)) {
    await sendOn(message, using);
    return { message, isReplay: false };
  }
  // A retry finds the message that it had stored itself, and sends it on unless it has gone on already.
  const stored = (await using.messages.find(id)) ?? message;
  if (stored.requestHash !== requestHash) throw new Problem("idempotency.mismatch");
  if (isOnItsWay(stored)) await sendOn(stored, using);
  return { message: stored, isReplay: true };
}

/** Somebody who is named by their id has their gate read together with them. */
function besideContact(contactId: string | undefined, { gates }: AcceptUsing): AcceptUsing["gates"] {
  if (contactId === undefined) return gates;
  const read = gates.find(contactId);
  // Whoever asks for it hears of a failure; a request that names nobody we know never does.
  read.catch(() => undefined);
  return { find: () => read };
}

/** Decides while the contact is in hand; when that cannot be done now it is left to the intake queue. */
async function decidedOn(fresh: Message, contact: Contact, using: AcceptUsing): Promise<Message> {
  try {
    const decided = await decisionFor(fresh, async () => contact, using);
    return routed(fresh, decided, using.clock.now()) ?? fresh;
  } catch (error) {
    log.error("decision-postponed", error, { messageId: fresh.id });
    return fresh;
  }
}

/** Whether nobody has taken the message up yet. */
export function isOnItsWay(message: Message): boolean {
  const attempt = currentAttempt(message);
  return !isFinished(message) && (attempt === undefined || attempt.status === "queued");
}

async function sendOn(message: Message, using: AcceptUsing): Promise<void> {
  try {
    await handOver(message, using);
  } catch (error) {
    // It is stored, so it is ours: the sweeper finds what did not move.
    log.error("intake-failed", error, { messageId: message.id });
  }
  await using.publish(newsOf(message));
}

/** What may go now goes straight to its sender or its machine; what waits for an hour goes by the intake queue, as does what is refused there. */
async function handOver(message: Message, using: AcceptUsing): Promise<void> {
  if (isFinished(message)) return;
  if (message.status === "queued") {
    try {
      return await handQueued(message, using);
    } catch (error) {
      log.error("hand-over-failed", error, { messageId: message.id });
    }
  }
  await using.sendToIntake(message.id);
}
