import type { Business } from "../business/business.ts";
import { type Claim, refund, type Taken, takeGate } from "../consent/gate.ts";
import { changeGate, type GateStore } from "../consent/gate.store.ts";
import type { Contact } from "../contacts/contact.ts";
import { applyResult, closeAttempt, postponed, startAttempt } from "../messages/attempt.ts";
import { capOf, type Category } from "../messages/category.ts";
import { effectsOf } from "../messages/effects.ts";
import type { Hold } from "../messages/hold.store.ts";
import type { Machine } from "../messages/machine.store.ts";
import type { Attempt, Message } from "../messages/message.ts";
import { changeMessage, type MessageStore } from "../messages/message.store.ts";
import { type Hours, windowEnd } from "../messages/quiet-hours.ts";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import type { Mark, Outgoing, Provider, SendResult } from "../providers/provider.ts";
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
  readonly segments: number;
}

/** How often a provider that is busy is asked again before the message waits outside. */
const busyTries = 3;
/** How long it waits then. */
const busyPauseMilliseconds = 60_000;

/** Makes one attempt: first the message says so, then the gate is taken, then the provider is called, once. */
export async function attemptDelivery(
  due: Due,
  takeSlot: () => Promise<void>,
  using: DeliverUsing,
): Promise<void> {
  const { message, attempt } = due;
  const started = await changeMessage(using.messages, message.id, (seen) =>
    startAttempt(seen, attempt.id, using.clock.now()),
  );
  if (started.is !== "changed") return;
  await using.publish(effectsOf(started.before, started.message).happenings);
  const taken = await takeGateFor(due, using);
  if (taken.is === "closed") {
    return change(
      message.id,
      (seen) => closeAttempt(seen, attempt.id, { reason: taken.reason }, using.clock.now()),
      using,
    );
  }
  // Somebody else took it for this attempt, or closed it: the sweeper settles what became of that.
  if (taken.is !== "claimed") return;
  const result = await sendUntilTaken(due, takeSlot, using);
  if (result.is === "busy") return waitOutside(due, result.reason, using);
  if (result.is === "refused" && result.mark) await mark(due, result.mark, result.reason, using);
  await change(message.id, (seen) => applyResult(seen, attempt.id, result, using.clock.now()), using);
}

/** Changes a message and makes the change known. */
export async function change(
  messageId: string,
  next: (message: Message) => Message | undefined,
  using: Pick<DeliverUsing, "messages" | "machine" | "publish">,
): Promise<void> {
  const changed = await changeMessage(using.messages, messageId, next);
  if (changed.is !== "changed") return;
  const { wake, happenings } = effectsOf(changed.before, changed.message);
  if (wake) await using.machine.wake(wake);
  await using.publish(happenings);
}

/** Puts an attempt off: the message waits until the instant and is then taken up at the same step. */
export async function postpone(
  messageId: string,
  attemptId: string,
  until: number,
  reason: string,
  using: DeliverUsing,
): Promise<void> {
  await change(messageId, (seen) => postponed(seen, attemptId, until, reason, using.clock.now()), using);
  await using.hold(messageId, until);
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

/** Only an answer that proves that nothing was sent is asked again. */
async function sendUntilTaken(
  due: Due,
  takeSlot: () => Promise<void>,
  using: DeliverUsing,
): Promise<SendResult> {
  const provider = await using.provider();
  const outgoing = await outgoingFor(due, using);
  if (!outgoing) return { is: "refused", reason: "address-missing" };
  for (let tries = 1; ; tries += 1) {
    const result = await provider.send(outgoing);
    if (result.is !== "busy" || tries === busyTries) return result;
    await using.clock.sleepUntil(using.clock.now() + result.retryAfterSeconds * 1000);
    await takeSlot();
  }
}

async function outgoingFor(
  { message, attempt, contact, hours }: Due,
  using: DeliverUsing,
): Promise<Outgoing | undefined> {
  const to = contact.addresses.find(({ id }) => id === attempt.addressId);
  if (!to) return undefined;
  const isPush = attempt.channel === "push";
  const receipt = {
    url: `${using.publicUrl}/v1/receipts`,
    token: isPush ? await using.receiptTokenOf(attempt.id) : "",
  };
  return {
    attemptId: attempt.id,
    channel: attempt.channel,
    to,
    from: using.sender.identity,
    content: message.content,
    validitySeconds: validityOf(message, attempt, hours, using.clock.now()),
    statusUrl: `${using.publicUrl}/callbacks/${using.sender.connection}/status/${attempt.id}`,
    ...(isPush && { receipt }),
  };
}

/** No provider may release it after the next step has started, into quiet hours, or when it is of no use any more. */
function validityOf(message: Message, attempt: Attempt, hours: Hours | undefined, now: number): number {
  const wait = message.plan?.steps[attempt.step]?.waitSeconds ?? 0;
  const untilExpiry = (message.expiresAt - now) / 1000;
  const untilNextStep = wait > 0 ? wait : untilExpiry;
  const seconds = Math.min(untilExpiry, untilNextStep, longestValiditySeconds);
  const untilQuiet = hours ? (windowEnd(hours, now, seconds) - now) / 1000 : seconds;
  return Math.max(1, Math.floor(Math.min(seconds, untilQuiet)));
}

/** Twilio's longest; looking further for the end of the window would be in vain. */
const longestValiditySeconds = 36_000;

async function mark(
  { message, attempt }: Due,
  kind: Mark,
  reason: string,
  using: DeliverUsing,
): Promise<void> {
  const about = { contactId: message.contactId, addressId: attempt.addressId, attemptId: attempt.id, reason };
  await using.markAddress(kind, about);
}

/** Nothing was sent: the claim is given back and the message waits a minute without holding a lane. */
async function waitOutside({ message, attempt }: Due, reason: string, using: DeliverUsing): Promise<void> {
  await changeGate(using.gates, message.contactId, (gate) => ({
    gate: refund(gate, attempt.id),
    result: undefined,
  }));
  await postpone(message.id, attempt.id, using.clock.now() + busyPauseMilliseconds, reason, using);
}
