import { type Gate, openGate } from "../functions/consent/gate.ts";
import type { GateStore } from "../functions/consent/gate.store.ts";
import type { Contact } from "../functions/contacts/contact.ts";
import type { Cohort } from "../functions/messages/cohort.ts";
import type { Joining } from "../functions/messages/cohort-joins.ts";
import type { Handing, LaneOf, ToDeliver } from "../functions/messages/hand-over.ts";
import type { Message } from "../functions/messages/message.ts";
import { isUrgentIn } from "../functions/messages/category-of.ts";
import type { Happening } from "../functions/platform/events.ts";
import type { Mark, Outgoing, SendResult } from "../functions/providers/provider.ts";
import { allOn, type Board } from "../functions/switches/switch.ts";
import { business } from "../heliograph.config.ts";
import { aContact, aMessage, aSender, noon } from "./make.ts";

/** Everything the message path works with, in memory; what it did stands in plain lists. */
export interface World {
  readonly now: { at: number };
  readonly messages: Map<string, Message>;
  readonly gates: Map<string, Gate>;
  readonly contacts: Map<string, Contact>;
  readonly sent: Outgoing[];
  readonly handed: { work: ToDeliver; senderId: string; isUrgent: boolean }[];
  readonly joined: Joining[];
  readonly held: { messageId: string; until: number }[];
  readonly intake: string[];
  readonly marked: { mark: Mark; addressId: string }[];
  readonly happenings: Happening[];
  /** What the provider answers next; the last answer stays. */
  answers: SendResult[];
  /** What is switched off. */
  board: Board;
  readonly using: ReturnType<typeof collaborators>;
}

/** A world with one person and one message to them. */
export function aWorld(message: Partial<Message> = {}, contact: Partial<Contact> = {}): World {
  const person = aContact(contact);
  const first = aMessage({ contactId: person.id, ...message });
  const world = {
    now: { at: noon },
    messages: new Map([[first.id, first]]),
    gates: new Map<string, Gate>(),
    contacts: new Map([[person.id, person]]),
    sent: [],
    handed: [],
    joined: [],
    held: [],
    intake: [],
    marked: [],
    happenings: [],
    answers: [{ is: "accepted" as const, providerMessageId: "SM1" }],
    board: allOn,
  } as unknown as World;
  return Object.assign(world, { using: collaborators(world) });
}

/** The one message of the world. */
export function theMessage(world: World): Message {
  const [message] = world.messages.values();
  if (!message) throw new Error("No message");
  return message;
}

function collaborators(world: World) {
  const { now, messages, gates } = world;
  const gateStore: GateStore = {
    find: async (id) => gates.get(id) ?? openGate(id),
    replace: async (next, seen) => {
      if ((gates.get(next.contactId)?.version ?? 0) !== seen.version) return false;
      gates.set(next.contactId, { ...next, version: seen.version + 1 });
      return true;
    },
  };
  const hand = ({ work, to: { senderId, isUrgent } }: Handing) =>
    void world.handed.push({ work, senderId, isUrgent });
  return {
    business,
    sender: aSender(),
    messages: {
      find: async (id: string) => messages.get(id),
      create: async (message: Message) => {
        if (messages.has(message.id)) return false;
        messages.set(message.id, message);
        return true;
      },
      replace: async (next: Message, seen: Message) => {
        if ((messages.get(next.id)?.version ?? 0) !== seen.version) return false;
        messages.set(next.id, { ...next, version: seen.version + 1 });
        return true;
      },
      listDue: async (shard: number, until: number) =>
        shard === 0
          ? [...messages.values()]
              .filter(({ dueAt }) => dueAt !== undefined && dueAt <= until)
              .map(({ id }) => id)
          : [],
      findAll: async (ids: readonly string[]) =>
        new Map(ids.flatMap((id) => (messages.has(id) ? [[id, messages.get(id) as Message] as const] : []))),
    },
    contacts: { find: async (id: string) => world.contacts.get(id) },
    gates: { find: gateStore.find, replace: gateStore.replace },
    clock: {
      now: () => now.at,
      sleepUntil: async (instant: number) => {
        now.at = Math.max(now.at, instant);
      },
    },
    isUrgent: isUrgentIn(business),
    handToSender: async (work: ToDeliver, to: LaneOf) => hand({ work, to }),
    handAllToSenders: async (attempts: readonly Handing[]) => attempts.forEach(hand),
    join: async (joining: Joining) => void world.joined.push(joining),
    cohorts: {
      read: async ({ at }: Cohort) =>
        world.joined.filter((one) => one.at === at).map(({ messageId }) => messageId),
    },
    hold: async (messageId: string, until: number) => void world.held.push({ messageId, until }),
    sendToIntake: async (id: string) => void world.intake.push(id),
    provider: async () => ({
      send: async (outgoing: Outgoing): Promise<SendResult> => {
        world.sent.push(outgoing);
        const answer = world.answers.length > 1 ? world.answers.shift() : world.answers[0];
        return answer ?? { is: "unknown", reason: "no-answer" };
      },
      find: async () => ({ is: "none" as const }),
    }),
    markAddress: async (mark: Mark, about: { addressId: string }) =>
      void world.marked.push({ mark, addressId: about.addressId }),
    receiptTokenOf: async (attemptId: string) => `${attemptId}.token`,
    publicUrl: "https://api.example.com",
    publish: async (happenings: readonly Happening[]) => void world.happenings.push(...happenings),
    switches: async () => world.board,
    lookAtCircuits: async () => undefined,
    release: async () => 0,
    reconcile: async () => ({ is: "none" as const }),
    track: async () => undefined,
  };
}
