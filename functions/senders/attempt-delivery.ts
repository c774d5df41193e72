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
import type { Happening, Publish } from "../platform/events.ts";
import type { Mark, Provider, SendResult } from "../providers/provider.ts";
import { outgoingFor, type Undated, validityOf } from "./outgoing.ts";
import type { Pace, PaceUsing } from "./pace.ts";
import type { Sender } from "./sender.ts";

/** What delivering works with. */
export interface DeliverUsing extends PaceUsing {
  readonly business: Business;
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly contacts: { readonly find: (contactId: string) => Promise<Contact | undefined> };
  readonly gates: GateStore;
  readonly provider: (connection: string) => Promise<Provider>;
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
}

/** One attempt that is to be made now. */
export interface Due {
  readonly message: Message;
  readonly attempt: Attempt;
  readonly contact: Contact;
  readonly category: Category;
  readonly hours: Hours | undefined;
  readonly sender: Sender;
  readonly segments: number;
}

/** An attempt that has everything but its slot: the message says that it is under way, and the gate is taken. */
export interface Prepared {
  readonly due: Due;
  readonly provider: Provider;
  readonly outgoing: Undated;
  /** When the gate was taken: it does not hold for ever. */
  readonly enteredAt: number;
  /** What the bus is told once the call is made: nobody waits for that. */
  readonly begun: readonly Happening[];
}

/** How often a provider that is busy is asked before the message waits outside. */
const busyTries = 3;
/** How long it waits then, at least. */
const busyPauseMilliseconds = 60_000;
/** A pause longer than this is not slept through: it would hold the lane, and the function may not live that long. */
const longestPauseSeconds = 5;
/** The gate is taken again for a call that starts later than this: an opt-out holds within ten seconds. */
const gateHoldsMilliseconds = 5_000;
/** How long before such a call. */
const gateAheadMilliseconds = 1_000;

/** Says that the attempt is under way and takes the gate for it; undefined when it is not to be made after all. */
export async function prepare(due: Due, using: DeliverUsing): Promise<Prepared | undefined> {
  const { message, attempt, sender } = due;
  // What may fail comes before the gate: after it only the provider can say what happened.
  const [provider, outgoing] = await Promise.all([
    using.provider(sender.connection),
    outgoingFor(due, sender, using),
  ]);
  const started = await changeMessage(using.messages, message.id, (seen) =>
    startAttempt(seen, attempt.id, using.clock.now()),
  );
  if (started.is !== "changed") return undefined;
  const enteredAt = using.clock.now();
  const isOpen = outgoing ? await enter(due, using) : await close(due, "address-missing", using);
  const begun = effectsOf(started.before, started.message).happenings;
  if (isOpen && outgoing) return { due, provider, outgoing, enteredAt, begun };
  await using.publish(begun);
  return undefined;
}

/** Makes the attempt at its slot and tells that it began. */
export async function callAt(
  slot: number,
  prepared: Prepared,
  pace: Pace,
  using: DeliverUsing,
): Promise<void> {
  await call(slot, prepared, pace, using);
  await using.publish(prepared.begun);
}

/** Calls the provider at the slot, once; only an answer that proves that nothing was sent is asked again, through the gate again. */
async function call(
  slot: number,
  { due, provider, outgoing, enteredAt }: Prepared,
  pace: Pace,
  using: DeliverUsing,
): Promise<void> {
  const { clock } = using;
  let place: Place | undefined = { at: slot, enteredAt };
  for (let tries = 1; ; tries += 1) {
    place = await arrive(place, due, pace, using);
    if (!place) return;
    const validitySeconds = validityOf(due, clock.now());
    const result = await provider.send({ ...outgoing, validitySeconds });
    if (result.is !== "busy") return settle(due, result, using);
    await giveBack(due, using);
    const isTooLong = tries === busyTries || result.retryAfterSeconds > longestPauseSeconds;
    if (isTooLong) return waitOutside(due, result, using);
    await clock.sleepUntil(clock.now() + result.retryAfterSeconds * 1000);
    const again = clock.now();
    if (!(await enter(due, using))) return;
    place = await newSlot({ at: again, enteredAt: again }, due, pace, using);
    if (!place) return;
  }
}

/** A slot, and since when the gate has been held for it. */
interface Place {
  readonly at: number;
  readonly enteredAt: number;
}

/** Waits for the slot; undefined when the attempt is not to be made any more. */
async function arrive(first: Place, due: Due, pace: Pace, using: DeliverUsing): Promise<Place | undefined> {
  for (let place: Place | undefined = first; place; place = await newSlot(place, due, pace, using)) {
    const { at } = place;
    if (at > place.enteredAt + gateHoldsMilliseconds) {
      const entered = await enterAgain(at, due, using);
      if (entered === undefined) {
        pace.leave(at);
        return undefined;
      }
      place = { at, enteredAt: entered };
    }
    if (await pace.untilSlot(at)) return place;
  }
  return undefined;
}

/** Leaves the gate and takes it again shortly before the slot; undefined when it stays closed. */
async function enterAgain(at: number, due: Due, using: DeliverUsing): Promise<number | undefined> {
  await giveBack(due, using);
  await using.clock.sleepUntil(at - gateAheadMilliseconds);
  const enteredAt = using.clock.now();
  return (await enter(due, using)) ? enteredAt : undefined;
}

async function newSlot(
  { enteredAt }: Place,
  due: Due,
  pace: Pace,
  using: DeliverUsing,
): Promise<Place | undefined> {
  const given = await pace.take([due.segments], 0);
  const [at] = given.is === "slots" ? given.starts : [];
  if (at !== undefined) return { at, enteredAt };
  await putOff(due, given.is === "none" ? given : { until: undefined, reason: "sender-busy" }, using);
  return undefined;
}

/** No slot in time: the attempt leaves the gate and the message waits outside. */
export async function putOff(
  due: Due,
  why: { readonly until: number | undefined; readonly reason: string },
  using: DeliverUsing,
): Promise<void> {
  await giveBack(due, using);
  const until = why.until ?? using.clock.now() + busyPauseMilliseconds;
  await postpone(due, { from: "sending", until, reason: why.reason }, using);
}

/** Takes the gate; when it stays closed the attempt ends. */
async function enter(due: Due, using: DeliverUsing): Promise<boolean> {
  const taken = await takeGateFor(due, using);
  if (taken.is === "closed") return close(due, taken.reason, using);
  // Somebody else took it for this attempt, or closed it: the sweeper settles what became of that.
  return taken.is === "claimed";
}

async function close({ message, attempt }: Due, reason: string, using: DeliverUsing): Promise<false> {
  await changeAndTell(
    message.id,
    (seen) => closeAttempt(seen, attempt.id, { reason }, using.clock.now()),
    using,
  );
  return false;
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
  const next = (seen: Message) =>
    currentAttempt(seen)?.id === attempt.id && currentAttempt(seen)?.status === from
      ? postponed(seen, attempt.id, until, reason, using.clock.now())
      : undefined;
  await changeAndTell(message.id, next, using);
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
