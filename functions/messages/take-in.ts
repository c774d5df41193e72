import type { Gate } from "../consent/gate.ts";
import { inLanes } from "../platform/lanes.ts";
import { log } from "../platform/log.ts";
import { isOnItsWay } from "./accept.ts";
import { isCarried } from "./carried.ts";
import { currentAttempt, isFinished } from "./status.ts";
import { handingOf } from "./hand-on.ts";
import type { HandAllToSenders } from "./hand-over.ts";
import type { SendAllToIntake } from "./intake.store.ts";
import { isWaiting, type Message } from "./message.ts";
import type { MessageStore } from "./message.store.ts";
import type { PeopleStore, Person } from "./people.store.ts";
import { type DecideUsing, decisionFor, routed } from "./routing.ts";

/** What taking in many messages works with. */
export interface TakeInUsing extends Omit<DecideUsing, "gates"> {
  readonly people: Pick<PeopleStore, "find">;
  readonly messages: Pick<MessageStore, "create" | "find">;
  /** A decided message as it is to be kept: one of version 0 is not stored now. @default all are stored as decided */
  readonly carry?: (decided: Message, gate: Gate | undefined) => Message;
}

/** A message as it stands, and whether it was stored just now. */
export interface TakenIn {
  readonly message: Message;
  readonly isNew: boolean;
}

/** Writes under way at once. */
const width = 32;

/**
 * Decides on messages whose people are read together and stores each with one write, as accepting one does, unless a queue
 * carries it. What is there already stays as it is, so the same messages may come again; a failure leaves some of them for then.
 */
export async function takeIn(fresh: readonly Message[], using: TakeInUsing): Promise<readonly TakenIn[]> {
  const people = await using.people.find(fresh.map(({ contactId }) => contactId));
  return inLanes(fresh, width, async (one) => {
    const person = people.get(one.contactId);
    const decided = await decidedFor(one, person, using);
    const message = using.carry?.(decided, person?.gate) ?? decided;
    if (isCarried(message)) return { message, isNew: false };
    if (await using.messages.create(message)) return { message, isNew: true };
    return { message: (await using.messages.find(one.id)) ?? message, isNew: false };
  });
}

/** A message as the decision leaves it that is made for somebody who has been read. */
export async function decidedFor(
  message: Message,
  person: Person | undefined,
  using: Omit<DecideUsing, "gates">,
): Promise<Message> {
  if (!person) throw new Error(`Nobody was read for ${message.id}`);
  const gates = { find: async () => person.gate };
  try {
    const decided = await decisionFor(message, async () => person.contact, { ...using, gates });
    return routed(message, decided, using.clock.now()) ?? message;
  } catch (error) {
    // Routing decides later what cannot be decided now.
    log.error("decision-postponed", error, { messageId: message.id });
    return message;
  }
}

/** Where many messages are handed over to. */
export interface HandAllUsing {
  readonly handAllToSenders: HandAllToSenders;
  readonly sendAllToIntake: SendAllToIntake;
  readonly isUrgent: (message: Message) => boolean;
}

/** Hands over what nobody has taken up: attempts to their senders, and to the intake queue what waits for an hour or for a machine. */
export async function handAllOn(messages: readonly Message[], using: HandAllUsing): Promise<void> {
  const left = messages.filter((message) => !isFinished(message) && isOnItsWay(message));
  const attempts = left.flatMap((message) => handingOf(message, using.isUrgent) ?? []);
  // What waits for a switch is found when that is lifted.
  const toRoute = left.filter((message) => currentAttempt(message) === undefined && !isWaiting(message));
  await Promise.all([using.handAllToSenders(attempts), using.sendAllToIntake(toRoute.map(({ id }) => id))]);
}
