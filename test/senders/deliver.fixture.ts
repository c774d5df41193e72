import { business } from "../../heliograph.config.ts";
import { markAddress } from "../../functions/consent/address-mark.ts";
import { type Gate, openGate } from "../../functions/consent/gate.ts";
import type { GateStore } from "../../functions/consent/gate.store.ts";
import type { Contact } from "../../functions/contacts/contact.ts";
import type { Joining } from "../../functions/messages/cohort-joins.ts";
import { packed } from "../../functions/messages/carried.ts";
import type { Message } from "../../functions/messages/message.ts";
import type { Step } from "../../functions/messages/plan.ts";
import { planned, startStep } from "../../functions/messages/status.ts";
import type { Clock } from "../../functions/platform/clock.ts";
import type { Happening } from "../../functions/platform/events.ts";
import type { Found, Outgoing, Provider, SendResult } from "../../functions/providers/provider.ts";
import type { DeliverUsing } from "../../functions/senders/due.ts";
import { newBreaker } from "../../functions/senders/breaker.ts";
import { deliver } from "../../functions/senders/deliver.ts";
import type { Sender } from "../../functions/senders/sender.ts";
import { newClock } from "../../functions/senders/slot-clock.ts";
import { takeSlots } from "../../functions/senders/slots.ts";
import { newWorker } from "../../functions/senders/worker.ts";
import { allOn, type Board } from "../../functions/switches/switch.ts";
import { aContact, aMessage, aSender, noon } from "../make.ts";

export interface Timer extends Clock {
  /** Lets time pass, from one sleeper's instant to the next, until the work is done. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  readonly skipTo: (instant: number) => void;
}

/** A clock that only moves when everybody sleeps. */
export function aTimer(start = noon): Timer {
  let now = start;
  let sleepers: { at: number; wake: () => void }[] = [];
  const sleepUntil = (at: number) =>
    at <= now ? Promise.resolve() : new Promise<void>((wake) => sleepers.push({ at, wake }));
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = () => void (isOver = true);
    work.then(over, over);
    for (;;) {
      await new Promise(setImmediate);
      if (isOver) return work;
      now = Math.max(now, Math.min(...sleepers.map(({ at }) => at)));
      if (!Number.isFinite(now)) throw new Error("nothing moves any more");
      const due = sleepers.filter(({ at }) => at <= now);
      sleepers = sleepers.filter(({ at }) => at > now);
      for (const { wake } of due) wake();
    }
  };
  return { now: () => now, exactly: () => now, sleepUntil, run, skipTo: (instant) => void (now = instant) };
}

/** A message whose first step waits on its sender's queue. */
export function aQueuedMessage(more: Partial<Message> = {}, steps: readonly Step[] = [aStep()]): Message {
  const plan = { steps: [...steps], considered: [], decidedAt: noon };
  return startStep(planned(aMessage({ id: messageId(1), ...more }), plan, noon), 0, noon).message;
}

export function aStep(more: Partial<Step> = {}): Step {
  return { channel: "sms", addressId: "adr_phone", senderId: "us-number", waitSeconds: 0, ...more };
}

export function messageId(number: number): string {
  return `msg_01HZX000000000000000000${String(number).padStart(3, "0")}`;
}

/** What the provider answers: a result, or something to do before one is given. */
export type Answer = SendResult | ((outgoing: Outgoing) => Promise<SendResult>);

export const accepted = { is: "accepted", providerMessageId: "SM1" } as const;

export interface World extends DeliverUsing {
  readonly clock: Timer;
  readonly calls: { at: number; outgoing: Outgoing }[];
  readonly answers: Answer[];
  readonly holds: { messageId: string; until: number }[];
  /** What went back to routing. */
  readonly intake: string[];
  /** What waits for its next step. */
  readonly joined: Joining[];
  readonly told: Happening[];
  readonly message: (number?: number) => Message;
  readonly gate: () => Gate;
  readonly change: (message: Message) => void;
  readonly changeGate: (change: (gate: Gate) => Gate) => void;
  /** Delivers attempts as the queue hands them over; by default the first attempt of the first message. */
  readonly deliver: (...attemptIds: string[]) => Promise<readonly string[]>;
  /** What is switched off. */
  board: Board;
  /** What somebody who asks the provider for a lost message hears. */
  found: (attemptId: string) => Found;
}

interface Given {
  readonly messages?: readonly Message[];
  /** What only the sender's queue has. */
  readonly carried?: readonly Message[];
  readonly contact?: Contact | undefined;
  readonly sender?: Sender;
  readonly answers?: readonly Answer[];
  readonly more?: Partial<Omit<DeliverUsing, "clock">>;
  /** Brings files to the provider. @default it takes them from where they are */
  readonly bring?: Provider["bring"];
  /** Comes before every call to the outside; may throw or take its time. */
  readonly before?: (name: string, world: World) => Promise<void> | void;
  readonly after?: (name: string, world: World) => Promise<void> | void;
}

/** One sender at work, with everything it touches in memory. */
export function aWorld(given: Given = {}): World {
  const { messages = [aQueuedMessage()], sender = aSender(), answers = [] } = given;
  const contact = "contact" in given ? given.contact : aContact();
  const rows = new Map(messages.map((message) => [message.id, message]));
  const packs = new Map(given.carried?.map((message) => [message.id, packed({ ...message, version: 0 })]));
  const clock = aTimer();
  let gate = openGate(aContact().id);
  let slotClock = newClock;
  const port =
    <A extends unknown[], R>(name: string, call: (...args: A) => R | Promise<R>) =>
    async (...args: A): Promise<R> => {
      await given.before?.(name, world);
      const result = await call(...args);
      await given.after?.(name, world);
      return result;
    };
  const gates: GateStore = {
    find: port("gates.find", () => gate),
    replace: port("gates.replace", (next, seen) => {
      if (seen.version !== gate.version) return false;
      gate = { ...next, version: seen.version + 1 };
      return true;
    }),
  };
  const publish = port("publish", (happenings: readonly Happening[]) => void world.told.push(...happenings));
  const ledger = { append: port("ledger.append", () => undefined), list: async () => [] };
  const world: World = {
    business: { ...business, senders: [sender, ...business.senders.filter(({ id }) => id !== sender.id)] },
    clock,
    gates,
    publish,
    callbacksUrl: "https://hooks.example.com",
    receiptsUrl: "https://hooks.example.com",
    calls: [],
    answers: [...answers],
    holds: [],
    intake: [],
    joined: [],
    told: [],
    board: allOn,
    found: () => ({ is: "cannot-say" }),
    message: (number = 1) => rows.get(messageId(number)) ?? aMessage({ id: "msg_missing" }),
    gate: () => gate,
    change: (message) => void rows.set(message.id, { ...message, version: message.version + 1 }),
    changeGate: (change) => void (gate = { ...change(gate), version: gate.version + 1 }),
    messages: {
      find: port("messages.find", (id) => rows.get(id)),
      replace: port("messages.replace", (next, seen) => {
        if ((rows.get(next.id)?.version ?? 0) !== seen.version) return false;
        rows.set(next.id, { ...next, version: seen.version + 1 });
        return true;
      }),
    },
    contacts: { find: port("contacts.find", () => contact) },
    provider: port("provider", () => ({
      send: port("send", async (outgoing: Outgoing) => {
        world.calls.push({ at: clock.now(), outgoing });
        const answer = world.answers.shift() ?? accepted;
        return typeof answer === "function" ? answer(outgoing) : answer;
      }),
      find: async ({ attemptId }) => world.found(attemptId),
      ...(given.bring && { bring: given.bring }),
    })),
    slots: {
      take: port("slots.take", (_sender, ask) => {
        const asked = ask();
        if (!asked) return { is: "contended" as const };
        const taken = takeSlots(slotClock, { ...asked, seenAt: asked.now });
        if (taken.is === "slots") slotClock = taken.clock;
        return taken.is === "look" ? { is: "contended" as const } : taken;
      }),
    },
    worker: { ...newWorker("fixture"), slack: 2, lead: 0 },
    switches: port("switches", () => world.board),
    breaker: newBreaker({
      board: {
        read: async () => world.board,
        learn: (board) => void (world.board = board),
        known: () => world.board,
      },
      switches: {
        find: async () => world.board,
        replace: async (next, seen) => {
          if (seen.version !== world.board.version) return false;
          world.board = { ...next, version: seen.version + 1 };
          return true;
        },
      },
      publish,
      clock,
    }),
    sendToIntake: port("sendToIntake", (id) => void world.intake.push(id)),
    hold: port("hold", (id, until) => void world.holds.push({ messageId: id, until })),
    join: port("join", (joining) => void world.joined.push(joining)),
    markAddress: (mark, learned) => markAddress(mark, learned, clock.now(), { gates, ledger, publish }),
    receiptTokenOf: port("receiptTokenOf", (attemptId) => `token of ${attemptId}`),
    unsubscribeUrlOf: port(
      "unsubscribeUrlOf",
      ({ addressId, purpose }) => `https://api.example/unsubscribe/${addressId}.${purpose}`,
    ),
    fetchFile: port("fetchFile", () => ({ is: "answered", status: 404 })),
    deliver: (...attemptIds) => {
      const ids = attemptIds.length > 0 ? attemptIds : [`${messageId(1)}.1`];
      const batch = ids.map((attemptId) => {
        const messageId = attemptId.slice(0, attemptId.lastIndexOf("."));
        const carried = packs.get(messageId);
        const item = { messageId, attemptId, ...(carried !== undefined && { carried }) };
        return { item, delivery: { messageId: attemptId, receiveCount: 1 } };
      });
      return clock.run(deliver(batch, world));
    },
    ...given.more,
  };
  return world;
}
