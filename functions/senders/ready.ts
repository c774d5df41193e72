import type { Contact } from "../contacts/contact.ts";
import { whereaboutsOf } from "../contacts/zones.ts";
import { closeAttempt, isToBeMade } from "../messages/attempt.ts";
import { isCarried } from "../messages/carried.ts";
import { categoryOf } from "../messages/category-of.ts";
import { type Category, respectsQuietHours } from "../messages/category.ts";
import { changeAndTell } from "../messages/change-and-tell.ts";
import { erased } from "../messages/erase.ts";
import type { Attempt, Message } from "../messages/message.ts";
import { closedBy, type Hours, hoursFor, nextAllowed } from "../messages/quiet-hours.ts";
import { expired, suppressed } from "../messages/status.ts";
import type { Delivery } from "../platform/queue.ts";
import { isWanted, pausedUntil } from "../preferences/choice.ts";
import type { DeliverUsing, Due } from "./due.ts";
import { isKeptBack } from "./kept-back.ts";
import { postpone } from "./postpone.ts";
import type { Sender } from "./sender.ts";
import { runAt } from "./worker.ts";

/** An attempt from the queue that nobody has begun. */
export interface Ready {
  /** Its place in the batch. */
  readonly index: number;
  readonly delivery: Delivery;
  readonly message: Message;
  readonly attempt: Attempt;
  readonly sender: Sender;
  readonly segments: number;
  readonly isUrgent: boolean;
}

/** Clocks of machines differ and a call takes its time: nothing is sent in the last minute of a window. */
const edgeMilliseconds = 60_000;

/** Asks once more what routing asked: a backlog may have carried the message past its time or into the night. */
export async function dueNow(one: Ready, using: DeliverUsing): Promise<Due | undefined> {
  const { message, attempt, sender, segments } = one;
  const contact = await using.contacts.find(message.contactId);
  const category = categoryOf(using.business, message);
  const now = using.clock.now();
  if (!contact || !category) return endUnmade(one, contact ? "category-missing" : "contact-missing", using);
  if (message.expiresAt <= now) return endUnmade(one, "expired", using);
  if (await isKeptBack(one, "queued", using)) return undefined;
  if (!message.replyTo && (await isUnwanted(one, contact, category, using))) return undefined;
  const hours = hoursOf(contact, category, attempt, using);
  const closed = hours && (closedBy(hours, now) ?? closedBy(hours, now + edgeMilliseconds));
  if (!hours || !closed)
    return { message, attempt, contact, category, hours, sender, segments, by: runAt(using.worker) };
  const until = nextAllowed(hours, now + edgeMilliseconds) ?? message.expiresAt;
  await postpone(one, { from: "queued", until, reason: `quiet-hours: ${closed}` }, using);
  return undefined;
}

/** What the person has chosen since it was routed: not on this channel, or not yet. */
async function isUnwanted(
  one: Ready,
  contact: Contact,
  category: Category,
  using: DeliverUsing,
): Promise<boolean> {
  const { message, attempt } = one;
  const now = using.clock.now();
  if (!isWanted(attempt.channel, contact.preferences, category)) {
    const end = (seen: Message) =>
      isToBeMade(seen, attempt.id)
        ? closeAttempt(seen, attempt.id, { reason: "not-wanted" }, now)
        : undefined;
    await changeAndTell(message.id, end, using);
    return true;
  }
  const until = pausedUntil(contact.preferences, category.purpose, now);
  if (until === undefined) return false;
  await postpone(
    one,
    { from: "queued", until: Math.min(until, message.expiresAt), reason: "contact-paused" },
    using,
  );
  return true;
}

function hoursOf(
  contact: Contact,
  category: Category,
  attempt: Attempt,
  { business }: DeliverUsing,
): Hours | undefined {
  if (!respectsQuietHours(category)) return undefined;
  const address = contact.addresses.find(({ id }) => id === attempt.addressId);
  const where = whereaboutsOf(contact, address, business.brand.homeCountry);
  return hoursFor(category.purpose, where, business.brand.hours, contact.preferences);
}

/**
 * Ends a message whose attempt nobody has begun; a second copy of this work may be sending it by now. Who was erased while
 * a queue carried a message to them is not written to in its story either.
 */
async function endUnmade(
  { message, attempt }: Ready,
  reason: string,
  using: DeliverUsing,
): Promise<undefined> {
  const end = (seen: Message) => {
    if (!isToBeMade(seen, attempt.id)) return undefined;
    const now = using.clock.now();
    if (reason === "expired") return expired(seen, now);
    const ended = suppressed(seen, reason, now);
    return isCarried(seen) && reason === "contact-missing" ? erased(ended, now) : ended;
  };
  await changeAndTell(message.id, end, using);
  return undefined;
}
