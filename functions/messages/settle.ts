import type { Business } from "../business/business.ts";
import { closeGate, type GateStore } from "../consent/gate.store.ts";
import type { Contact } from "../contacts/contact.ts";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { measure } from "../platform/metrics.ts";
import type { Found, Receipt } from "../providers/provider.ts";
import { shutFor } from "../switches/circuit.ts";
import type { ReadBoard } from "../switches/read.ts";
import { applyResult, lookedAt, tellsMore } from "./attempt.ts";
import { categoryOf } from "./category-of.ts";
import { changeAndTell, changeUnmoved } from "./change-and-tell.ts";
import { handOn, type HandOnUsing } from "./hand-on.ts";
import type { Join } from "./cohort-joins.ts";
import type { Attempt, Message } from "./message.ts";
import type { MessageStore } from "./message.store.ts";
import {
  currentAttempt,
  dueSeconds,
  expired,
  givenUp,
  hasNextStep,
  isFinished,
  lookedAtAfter,
  lookedAtBy,
  retryStep,
  startStep,
} from "./status.ts";

/** What settling works with. */
export interface SettleUsing extends HandOnUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly contacts: { readonly find: (contactId: string) => Promise<Contact | undefined> };
  readonly gates: GateStore;
  /** Asks the provider what became of an attempt. */
  readonly reconcile: (attempt: Attempt, message: Message, contact: Contact) => Promise<Found>;
  readonly track: (receipt: Receipt) => Promise<void>;
  readonly switches: ReadBoard;
  readonly join: Join;
  readonly business: Business;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Settles an attempt that was begun and of which nothing has been heard for too long. */
export function settle(message: Message, attempt: Attempt, using: SettleUsing): Promise<void> {
  if (attempt.status === "sending") return settleSending(message, attempt, using);
  if (attempt.status === "unknown") return settleUnknown(message, attempt, using);
  if (attempt.status === "provider-accepted" || attempt.status === "carrier-accepted")
    return settleAccepted(message, attempt, using);
  return settleSilence(message, using);
}

/** The worker died, or its answer was left to a receipt that did not come: if the gate was not taken nobody can have got anything, else only the provider knows. */
async function settleSending(message: Message, attempt: Attempt, using: SettleUsing): Promise<void> {
  const now = using.clock.now();
  const taken = await closeGate(using.gates, message.contactId, attempt.id, now);
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

async function settleUnknown(message: Message, attempt: Attempt, using: SettleUsing): Promise<void> {
  const now = using.clock.now();
  if (message.expiresAt > now && (await isOut(attempt, using))) {
    await changeUnmoved(message, (seen) => askedLater(seen, attempt, outSeconds, now), using);
    return;
  }
  const found = await askedOf(attempt, message, using);
  if (found.is === "found") return using.track(found.receipt);
  const askedFor = (now - (attempt.startedAt ?? attempt.queuedAt)) / 1000;
  measure("UnknownSeconds", askedFor);
  const policy = categoryOf(using.business, message)?.onUnknown ?? "wait";
  if (askedFor < askSeconds[policy]) {
    const seconds = Math.max(dueSeconds.sending, askedFor);
    await changeUnmoved(message, (seen) => askedLater(seen, attempt, seconds, now), using);
    return;
  }
  // What the provider never took was never sent: making it again is no second message. What it gave a name it took.
  const isUnsent = found.is === "none" && attempt.providerMessageId === undefined;
  if (isUnsent && message.expiresAt > now && lostOf(message) <= retryLimit)
    return retry(message, attempt, using);
  return settleSilence(message, using);
}

/** A report may have been lost on its way: whoever knows is asked before the next step starts, and once more before nobody can say. */
async function settleAccepted(message: Message, attempt: Attempt, using: SettleUsing): Promise<void> {
  const found = await askedOf(attempt, message, using);
  if (found.is === "found" && tellsMore(attempt, found.receipt)) return using.track(found.receipt);
  const now = using.clock.now();
  const acceptedAt = attempt.carrierAcceptedAt ?? attempt.providerAcceptedAt ?? attempt.queuedAt;
  const acceptedFor = (now - acceptedAt) / 1000;
  if (hasNextStep(message) || acceptedFor >= dueSeconds.receipt) return settleSilence(message, using);
  const seconds = Math.min(dueSeconds.receipt - acceptedFor, Math.max(dueSeconds.reportInDoubt, acceptedFor));
  await changeUnmoved(message, (seen) => lookedAtAfter(seen, seconds, now), using);
}

async function askedOf(attempt: Attempt, message: Message, using: SettleUsing): Promise<Found> {
  const contact = await using.contacts.find(message.contactId);
  return contact ? using.reconcile(attempt, message, contact) : { is: "cannot-say" };
}

/** Who is out cannot be asked: nothing is decided until the answer can be had, for as long as the message is of any use. */
async function isOut({ senderId }: Attempt, { business, switches }: SettleUsing): Promise<boolean> {
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
async function settleSilence(message: Message, using: SettleUsing): Promise<void> {
  const now = using.clock.now();
  const next = await changeUnmoved(
    message,
    (seen) => {
      if (isFinished(seen)) return undefined;
      if (!hasNextStep(seen)) return givenUp(seen, "no-receipt", now);
      return startStep(seen, seen.step + 1, now).message;
    },
    using,
  );
  if (next) await handOn(next, using);
}

async function retry(message: Message, attempt: Attempt, using: SettleUsing): Promise<void> {
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
  if (next) await handOn(next, using);
}

/** Asking goes on no longer than the wait of a cohort; one whose time has passed without it is followed by the next. */
function askedLater(message: Message, attempt: Attempt, seconds: number, now: number): Message {
  const dueAt = now + Math.ceil(seconds) * 1000;
  return lookedAt(lookedAtBy(message, dueAt), attempt, dueAt, now);
}
