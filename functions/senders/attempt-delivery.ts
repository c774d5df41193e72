import type { Business } from "../business/business.ts";
import { type Claim, refund, type Taken, takeGate } from "../consent/gate.ts";
import { changeGate, type GateStore } from "../consent/gate.store.ts";
import type { Contact } from "../contacts/contact.ts";
import { applyResult, closeAttempt, postponed, startAttempt } from "../messages/attempt.ts";
import { capOf, type Category } from "../messages/category.ts";
import { changeAndTell, type ChangeUsing } from "../messages/change-and-tell.ts";
import { effectsOf } from "../messages/effects.ts";
import type { Hold } from "../messages/hold.store.ts";
import type { Machine } from "../messages/machine.store.ts";
import type { Attempt, Message } from "../messages/message.ts";
import { changeMessage, type MessageStore } from "../messages/message.store.ts";
import { currentAttempt } from "../messages/status.ts";
import type { Hours } from "../messages/quiet-hours.ts";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import type { Mark, Provider, SendResult } from "../providers/provider.ts";
import { outgoingFor, type Undated, validityOf } from "./outgoing.ts";
import type { Sender } from "./sender.ts";
import type { LeaseSlots } from "./slots.store.ts";

/** What delivering works with. */
export interface DeliverUsing {
  readonly sender: Sender;
  readonly business: Business;
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly contacts: { readonly find: (contactId: string) => Promise<Contact | undefined> };
  readonly gates: GateStore;
  readonly provider: () => Promise<Provider>;
  readonly leaseSlots: LeaseSlots;
  readonly hold: Hold;
  readonly machine: Pick<Machine, "wake">;
  /** Remembers what an address turned out to be. */
  readonly markAddress: (
    mark: Mark,
    about: { contactId: string; addressId: string; attemptId: string; reason: string },
  ) => Promise<void>;
  readonly receiptTokenOf: (attemptId: string) => Promise<string>;
  readonly publicUrl: string;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** One attempt whose slot has come. */
export interface Due {
  readonly message: Message;
  readonly attempt: Attempt;
  readonly contact: Contact;
  readonly category: Category;
  readonly hours: Hours | undefined;
}

/** How often a provider that is busy is asked before the message waits outside. */
const busyTries = 3;
/** How long it waits then, at least. */
const busyPauseMilliseconds = 60_000;
/** A pause longer than this is not slept through: it would hold the lane, and the function may not live that long. */
const longestPauseSeconds = 5;

/**
 * Makes one attempt: first the message says so, then the gate is taken, then the provider is called, once.
 * `keepSlot` waits for a new slot when the one at hand is over.
 */
export async function attemptDelivery(
  due: Due,
  keepSlot: () => Promise<void>,
  using: DeliverUsing,
): Promise<void> {
  const { message, attempt } = due;
  // What may fail comes before the gate: after it only the provider can say what happened.
  const [provider, outgoing] = await Promise.all([using.provider(), outgoingFor(due, using)]);
  await keepSlot();
  const started = await changeMessage(using.messages, message.id, (seen) =>
    startAttempt(seen, attempt.id, using.clock.now()),
  );
  if (started.is !== "changed") return;
  await untilTaken(due, outgoing && { provider, outgoing }, keepSlot, using);
  await using.publish(effectsOf(started.before, started.message).happenings);
}

/** Only an answer that proves that nothing was sent is asked again, and through the gate again. */
async function untilTaken(
  due: Due,
  call: Call | undefined,
  keepSlot: () => Promise<void>,
  using: DeliverUsing,
): Promise<void> {
  const { message, attempt } = due;
  const close = async (reason: string) => {
    await changeAndTell(
      message.id,
      (seen) => closeAttempt(seen, attempt.id, { reason }, using.clock.now()),
      using,
    );
  };
  if (!call) return close("address-missing");
  for (let tries = 1; ; tries += 1) {
    const taken = await takeGateFor(due, using);
    if (taken.is === "closed") return close(taken.reason);
    // Somebody else took it for this attempt, or closed it: the sweeper settles what became of that.
    if (taken.is !== "claimed") return;
    await keepSlot();
    const result = await call.provider.send({
      ...call.outgoing,
      validitySeconds: validityOf(due, using.clock.now()),
    });
    if (result.is !== "busy") return settle(due, result, using);
    await giveBack(due, using);
    if (tries === busyTries || result.retryAfterSeconds > longestPauseSeconds)
      return waitOutside(due, result, using);
    await using.clock.sleepUntil(using.clock.now() + result.retryAfterSeconds * 1000);
    await keepSlot();
  }
}

interface Call {
  readonly provider: Provider;
  readonly outgoing: Undated;
}

/** What was learned of the address is kept first: the next step must not start without knowing it. */
async function settle(
  due: Due,
  result: Exclude<SendResult, { is: "busy" }>,
  using: DeliverUsing,
): Promise<void> {
  const { message, attempt } = due;
  const about = { contactId: message.contactId, addressId: attempt.addressId, attemptId: attempt.id };
  if (result.is === "refused" && result.mark)
    await using.markAddress(result.mark, { ...about, reason: result.reason });
  await changeAndTell(message.id, (seen) => applyResult(seen, attempt.id, result, using.clock.now()), using);
  if (result.is === "refused") await giveBack(due, using);
}

/** Puts an attempt off: the message waits until the instant and is then taken up at the same step. */
export async function postpone(
  { message, attempt }: Pick<Due, "message" | "attempt">,
  { from, until, reason }: Delay,
  using: ChangeUsing & Pick<DeliverUsing, "hold" | "clock">,
): Promise<void> {
  // A second copy of this work may be sending by now: what it holds is not put off.
  const putOff = (seen: Message) =>
    currentAttempt(seen)?.id === attempt.id && currentAttempt(seen)?.status === from
      ? postponed(seen, attempt.id, until, reason, using.clock.now())
      : undefined;
  await changeAndTell(message.id, putOff, using);
  await using.hold(message.id, until);
}

/** Until when and why an attempt is put off, and how far it had come. */
interface Delay {
  readonly from: "queued" | "sending";
  readonly until: number;
  readonly reason: string;
}

function takeGateFor({ message, attempt, category }: Due, using: DeliverUsing): Promise<Taken> {
  const claim: Claim = {
    attemptId: attempt.id,
    addressId: attempt.addressId,
    channel: attempt.channel,
    purpose: category.purpose,
    ignoresConsent: message.replyTo !== undefined,
    capPerMonth: message.replyTo ? undefined : capOf(category),
  };
  return changeGate<Taken>(using.gates, message.contactId, (gate) => {
    const taken = takeGate(gate, claim, using.clock.now());
    return taken.is === "claimed" ? { gate: taken.gate, result: taken } : { result: taken };
  });
}

/** Nothing was sent, so it does not count. */
async function giveBack({ message, attempt }: Due, using: DeliverUsing): Promise<void> {
  await changeGate(using.gates, message.contactId, (gate) => ({
    gate: refund(gate, attempt.id),
    result: undefined,
  }));
}

/** The message waits a minute or longer without holding a lane. */
async function waitOutside(
  due: Due,
  busy: Extract<SendResult, { is: "busy" }>,
  using: DeliverUsing,
): Promise<void> {
  const pause = Math.max(busyPauseMilliseconds, busy.retryAfterSeconds * 1000);
  await postpone(due, { from: "sending", until: using.clock.now() + pause, reason: busy.reason }, using);
}
