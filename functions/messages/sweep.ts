import type { Business } from "../business/business.ts";
import { type Taken, voidClaim } from "../consent/gate.ts";
import { changeGate, type GateStore } from "../consent/gate.store.ts";
import type { Contact } from "../contacts/contact.ts";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { measure } from "../platform/metrics.ts";
import type { Found, Receipt } from "../providers/provider.ts";
import type { ReadBoard } from "../switches/read.ts";
import { shutFor } from "../switches/circuit.ts";
import { applyResult, lookedAt, tellsMore } from "./attempt.ts";
import { categoryOf } from "./category-of.ts";
import { changeAndTell } from "./change-and-tell.ts";
import { handOn, handOnAndWait, type HandOnUsing } from "./hand-on.ts";
import type { Machine } from "./machine.store.ts";
import type { Attempt, Message } from "./message.ts";
import { inItsPlace } from "./message-item.ts";
import { changeMessage, type MessageStore, sweptShards } from "./message.store.ts";
import {
  currentAttempt,
  dueSeconds,
  expired,
  givenUp,
  hasNextStep,
  isFinished,
  lookedAtBy,
  retryStep,
  startStep,
} from "./status.ts";

/** What the sweeper works with. */
export interface SweepUsing extends HandOnUsing {
  readonly messages: Pick<MessageStore, "find" | "replace" | "listDue">;
  readonly contacts: { readonly find: (contactId: string) => Promise<Contact | undefined> };
  readonly gates: GateStore;
  readonly sendToIntake: (messageId: string) => Promise<void>;
  /** Asks the provider what became of an attempt whose reply was lost. */
  readonly reconcile: (attempt: Attempt, message: Message, contact: Contact) => Promise<Found>;
  readonly track: (receipt: Receipt) => Promise<void>;
  /** Sends on what waited for a switch that was lifted, for as long as there is time. */
  readonly release: (until: number) => Promise<number>;
  readonly switches: ReadBoard;
  /** Looks whether providers that were out work again. */
  readonly lookAtCircuits: () => Promise<void>;
  readonly machine: Machine;
  readonly business: Business;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** When a sweep stops sending on what waited for a switch; the next one goes on. */
const releaseMilliseconds = 40_000;
/** Messages of a shard on one page. */
const pageLimit = 200;
/** When a sweep takes up no further page; the next one goes on. */
const sweepMilliseconds = 30_000;

/** Finds whatever stopped moving and puts it back on its way; returns how many messages it took up. */
export async function sweep(using: SweepUsing): Promise<number> {
  const now = using.clock.now();
  await using.lookAtCircuits();
  const shards = Array.from({ length: sweptShards }, (_, shard) => sweepShard(shard, now, using));
  const swept = (await Promise.all(shards)).reduce((sum, count) => sum + count, 0);
  const released = await using.release(now + releaseMilliseconds);
  return swept + released;
}

/** Page after page for as long as there is time; returns how many messages it took up. */
async function sweepShard(shard: number, since: number, using: SweepUsing): Promise<number> {
  const seen = new Set<string>();
  for (;;) {
    const page = await using.messages.listDue(shard, since, pageLimit);
    const due = page.filter((messageId) => !seen.has(messageId));
    for (const messageId of due) {
      seen.add(messageId);
      try {
        await takeUp(messageId, using);
      } catch (error) {
        log.error("sweep-failed", error, { messageId });
      }
    }
    const isOver = page.length < pageLimit || due.length === 0;
    if (isOver || using.clock.now() > since + sweepMilliseconds) return seen.size;
  }
}

async function takeUp(messageId: string, using: SweepUsing): Promise<void> {
  const message = await using.messages.find(messageId);
  const now = using.clock.now();
  // The index may be older than the item.
  if (!message || isFinished(message) || message.dueAt === undefined) return;
  if (message.dueAt > now) {
    // It has moved on since it got its place there.
    await changeMessage(using.messages, messageId, inItsPlace, message);
    return;
  }
  log.info("swept", { messageId, status: message.status, attemptStatus: currentAttempt(message)?.status });
  const attempt = currentAttempt(message);
  if (message.status === "accepted" || message.status === "held") return backToIntake(message, using);
  if (!attempt || attempt.status === "queued") return backToSender(message, using);
  if (attempt.status === "sending") return settleSending(message, attempt, using);
  if (attempt.status === "unknown") return settleUnknown(message, attempt, using);
  if (attempt.status === "provider-accepted" || attempt.status === "carrier-accepted")
    return settleAccepted(message, attempt, using);
  return settleSilence(message, using);
}

async function backToIntake(message: Message, using: SweepUsing): Promise<void> {
  const now = using.clock.now();
  await changeAndTell(
    message.id,
    (seen) => (seen.version === message.version ? later(seen, dueSeconds.accepted, now) : undefined),
    using,
  );
  await using.sendToIntake(message.id);
}

/** A backlog of hours is no fault: the longer an attempt has waited, the longer until it is looked at again. */
async function backToSender(message: Message, using: SweepUsing): Promise<void> {
  const now = using.clock.now();
  const age = (now - (currentAttempt(message)?.queuedAt ?? message.createdAt)) / 1000;
  const next = await changeAndTell(
    message.id,
    (seen) => {
      if (seen.version !== message.version) return undefined;
      if (seen.expiresAt <= now) return expired(seen, now);
      // The machine that was to start the first step did not: whatever became of it, the step is started here.
      if (seen.step === -1) return startStep(seen, 0, now).message;
      return later(seen, Math.max(dueSeconds.queued, age), now);
    },
    using,
  );
  if (next) await (message.step === -1 ? handOnAndWait : handOn)(next, using);
}

/** The worker died, or its answer was left to a receipt that did not come: if the gate was not taken nobody can have got anything, else only the provider knows. */
async function settleSending(message: Message, attempt: Attempt, using: SweepUsing): Promise<void> {
  const now = using.clock.now();
  const category = categoryOf(using.business, message);
  const claim = {
    attemptId: attempt.id,
    addressId: attempt.addressId,
    channel: attempt.channel,
    purpose: category?.purpose ?? "transactional",
    ignoresConsent: true,
    capPerMonth: undefined,
  };
  const taken = await changeGate<Taken>(using.gates, message.contactId, (gate) => {
    const result = voidClaim(gate, claim, now);
    return result.is === "claimed" ? { gate: result.gate, result } : { result };
  });
  if (taken.is === "repeat") {
    await changeAndTell(
      message.id,
      (seen) => applyResult(seen, attempt.id, { is: "unknown", reason: "no-receipt-yet" }, now),
      using,
    );
    return;
  }
  await retry(message, attempt, using);
}

async function settleUnknown(message: Message, attempt: Attempt, using: SweepUsing): Promise<void> {
  const now = using.clock.now();
  if (message.expiresAt > now && (await isOut(attempt, using))) {
    await changeAndTell(
      message.id,
      (seen) => (seen.version === message.version ? askedLater(seen, attempt, outSeconds, now) : undefined),
      using,
    );
    return;
  }
  const found = await askedOf(attempt, message, using);
  if (found.is === "found") return using.track(found.receipt);
  const askedFor = (now - (attempt.startedAt ?? attempt.queuedAt)) / 1000;
  measure("UnknownSeconds", askedFor);
  const policy = categoryOf(using.business, message)?.onUnknown ?? "wait";
  if (askedFor < askSeconds[policy]) {
    await changeAndTell(
      message.id,
      // A sweep that was slow comes after one that has settled it.
      (seen) =>
        seen.version === message.version
          ? askedLater(seen, attempt, Math.max(dueSeconds.sending, askedFor), now)
          : undefined,
      using,
    );
    return;
  }
  // What the provider never took was never sent: making it again is no second message. What it gave a name it took.
  const isUnsent = found.is === "none" && attempt.providerMessageId === undefined;
  if (isUnsent && message.expiresAt > now && lostOf(message) <= retryLimit)
    return retry(message, attempt, using);
  return settleSilence(message, using);
}

/** A report may have been lost on its way: whoever knows is asked before the next step starts, and once more before nobody can say. */
async function settleAccepted(message: Message, attempt: Attempt, using: SweepUsing): Promise<void> {
  const found = await askedOf(attempt, message, using);
  if (found.is === "found" && tellsMore(attempt, found.receipt)) return using.track(found.receipt);
  const now = using.clock.now();
  const { carrierAcceptedAt, providerAcceptedAt = attempt.queuedAt } = attempt;
  const acceptedFor = (now - (carrierAcceptedAt ?? providerAcceptedAt)) / 1000;
  if (hasNextStep(message) || acceptedFor >= dueSeconds.receipt) return settleSilence(message, using);
  const seconds = Math.min(dueSeconds.receipt - acceptedFor, Math.max(dueSeconds.reportInDoubt, acceptedFor));
  await changeAndTell(
    message.id,
    (seen) => (seen.version === message.version ? later(seen, seconds, now) : undefined),
    using,
  );
}

async function askedOf(attempt: Attempt, message: Message, using: SweepUsing): Promise<Found> {
  const contact = await using.contacts.find(message.contactId);
  return contact ? using.reconcile(attempt, message, contact) : { is: "cannot-say" };
}

/** Who is out cannot be asked: nothing is decided until the answer can be had, for as long as the message is of any use. */
async function isOut({ senderId }: Attempt, { business, switches }: SweepUsing): Promise<boolean> {
  const sender = business.senders.find(({ id }) => id === senderId);
  return sender !== undefined && shutFor(await switches(), sender.connection) !== undefined;
}

/** When those who wait for an answer are looked at again while their provider is out. */
const outSeconds = 300;

/** How long a lost reply is asked after before anything is decided; a code that lives five minutes cannot wait fifteen. */
const askSeconds = { wait: 15 * 60, retry: 90 } as const;
/** Lost attempts after which nobody tries again: something other than chance is at work. */
const retryLimit = 3;

function lostOf({ attempts }: Message): number {
  return attempts.filter(({ status }) => status === "unknown").length;
}

/** No proof came in time: the next step, if there is one, else nobody can say any more. */
async function settleSilence(message: Message, using: SweepUsing): Promise<void> {
  const now = using.clock.now();
  const next = await changeAndTell(
    message.id,
    (seen) => {
      if (isFinished(seen) || seen.version !== message.version) return undefined;
      if (!hasNextStep(seen)) return givenUp(seen, "no-receipt", now);
      return startStep(seen, seen.step + 1, now).message;
    },
    using,
  );
  if (next) await handOnAndWait(next, using);
}

async function retry(message: Message, attempt: Attempt, using: SweepUsing): Promise<void> {
  const now = using.clock.now();
  const isSame = (seen: Message) => currentAttempt(seen)?.id === attempt.id && !isFinished(seen);
  const next = await changeAndTell(
    message.id,
    (seen) => {
      if (!isSame(seen)) return undefined;
      return seen.expiresAt <= now ? expired(seen, now) : retryStep(seen, now)?.message;
    },
    using,
  );
  if (next) await handOnAndWait(next, using);
}

function later(message: Message, seconds: number, now: number): Message {
  return lookedAtBy(message, now + Math.ceil(seconds) * 1000);
}

/** Asking goes on no longer than the wait of a cohort; one whose time has passed without it is followed by the next. */
function askedLater(message: Message, attempt: Attempt, seconds: number, now: number): Message {
  const dueAt = now + Math.ceil(seconds) * 1000;
  return lookedAt(lookedAtBy(message, dueAt), attempt, dueAt, now);
}
