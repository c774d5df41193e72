import { type Claim, refund, type Taken, takeGate } from "../consent/gate.ts";
import { changeGate } from "../consent/gate.store.ts";
import { closeAttempt } from "../messages/attempt.ts";
import { isCarried } from "../messages/carried.ts";
import { changeAndTell } from "../messages/change-and-tell.ts";
import { erased } from "../messages/erase.ts";
import type { Message } from "../messages/message.ts";
import { capFor } from "../preferences/choice.ts";
import type { BatchUsing, DeliverUsing, Due } from "./due.ts";
import { isKeptBack } from "./kept-back.ts";
import { postpone } from "./postpone.ts";

/** Takes the gate; when it stays closed the attempt ends, and when a switch is off it waits. */
export async function enter(due: Due, using: BatchUsing): Promise<boolean> {
  if (await isKeptBack(due, "sending", using)) return false;
  const taken = await takeGateFor(due, using);
  if (taken.is === "closed") return close(due, taken.reason, using);
  if (isCarried(due.message)) await comeSecond(due, taken, using);
  // Somebody else took it for this attempt, or closed it: the sweeper settles what became of that.
  return taken.is === "claimed";
}

/** Another run had the message of a queue before us: it may be sending it, or have died before it could store it. */
async function comeSecond({ message, attempt }: Due, taken: Taken, using: BatchUsing): Promise<void> {
  if (taken.is === "void") {
    const now = using.clock.now();
    // Nobody has begun it, and whoever calls it off may still do so.
    using.messages.remember(message);
    return postpone({ message, attempt }, { from: "queued", until: now, reason: "gate-closed" }, using);
  }
  if (taken.is !== "repeat") return;
  await using.messages.keepLost(message, taken.claim);
  // Its cohort is told as of all others that were found made.
  await changeAndTell(message.id, () => undefined, using);
}

/** Ends the attempt; the next step follows, or the message ends. */
export async function close({ message, attempt }: Due, reason: string, using: DeliverUsing): Promise<false> {
  const now = using.clock.now();
  const closed = (seen: Message) => {
    const status = seen.attempts.find(({ id }) => id === attempt.id)?.status;
    // What another run may have sent is not taken for closed.
    if (status !== "queued" && status !== "sending") return undefined;
    const next = closeAttempt(seen, attempt.id, { reason }, now);
    return reason === "contact-erased" ? erased(next, now) : next;
  };
  await changeAndTell(message.id, closed, using);
  return false;
}

/** Nothing was sent, so it does not count. */
export async function giveBack({ message, attempt, by }: Due, using: DeliverUsing): Promise<void> {
  await changeGate(using.gates, message.contactId, (gate) => {
    const next = refund(gate, attempt.id, by);
    return next === gate ? { result: undefined } : { gate: next, result: undefined };
  });
}

function takeGateFor(due: Due, using: DeliverUsing): Promise<Taken> {
  const { message, attempt, category, contact } = due;
  const claim: Claim = {
    attemptId: attempt.id,
    addressId: attempt.addressId,
    channel: attempt.channel,
    senderId: attempt.senderId,
    purpose: category.purpose,
    ignoresConsent: message.replyTo !== undefined,
    capPerMonth: message.replyTo ? undefined : capFor(category, contact.preferences),
    by: due.by,
  };
  return changeGate<Taken>(using.gates, message.contactId, (gate) => {
    const taken = takeGate(gate, claim, using.clock.now());
    return taken.is === "claimed" && taken.gate !== gate
      ? { gate: taken.gate, result: taken }
      : { result: taken };
  });
}
