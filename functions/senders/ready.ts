import type { Contact } from "../contacts/contact.ts";
import { closeAttempt, isToBeMade } from "../messages/attempt.ts";
import { isCarried } from "../messages/carried.ts";
import { categoryOf } from "../messages/category-of.ts";
import { changeAndTell } from "../messages/change-and-tell.ts";
import { erased } from "../messages/erase.ts";
import type { Attempt, Message } from "../messages/message.ts";
import { expired, suppressed } from "../messages/status.ts";
import type { Delivery } from "../platform/queue.ts";
import type { DeliverUsing, Due } from "./due.ts";
import { isKeptBack } from "./kept-back.ts";
import { postpone } from "./postpone.ts";
import type { Sender } from "./sender.ts";
import { type Verdict, verdictOn } from "./verdict.ts";
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

/** Asks once more what routing asked: a backlog may have carried the message past its time or into the night. */
export async function dueNow(one: Ready, using: DeliverUsing): Promise<Due | undefined> {
  const { message, attempt, sender, segments } = one;
  const verdict = await judged(one, using);
  if (verdict.is === "end") return endUnmade(one, verdict, using);
  if (await isKeptBack(one, "queued", using)) return undefined;
  if (verdict.is === "go") {
    const { contact, category, hours } = verdict;
    return { message, attempt, contact, category, hours, sender, segments, by: runAt(using.worker) };
  }
  if (verdict.is === "close") return endUnmade(one, verdict, using);
  await postpone(one, { from: "queued", until: verdict.until, reason: verdict.reason }, using);
  return undefined;
}

/** An older copy of the person will do for a message that may go: whatever could forbid that is asked of the newest. */
async function judged(one: Ready, using: DeliverUsing): Promise<Verdict> {
  const category = categoryOf(using.business, one.message);
  const judge = (contact: Contact | undefined) =>
    verdictOn({ ...one, contact, category }, using.business, using.clock.now());
  const { contactId } = one.message;
  const older = await using.contacts.find(contactId, "a-moment-ago");
  const isKnown = older?.addresses.some(({ id }) => id === one.attempt.addressId);
  const first = judge(older);
  return isKnown && first.is === "go" ? first : judge(await using.contacts.find(contactId));
}

/**
 * Ends a message, or its attempt, that nobody has begun; a second copy of this work may be sending it by now. Who was erased
 * while a queue carried a message to them is not written to in its story either.
 */
async function endUnmade(
  { message, attempt }: Ready,
  { is, reason }: Extract<Verdict, { is: "end" | "close" }>,
  using: DeliverUsing,
): Promise<undefined> {
  const end = (seen: Message) => {
    if (!isToBeMade(seen, attempt.id)) return undefined;
    const now = using.clock.now();
    if (is === "close") return closeAttempt(seen, attempt.id, { reason }, now);
    if (reason === "expired") return expired(seen, now);
    const ended = suppressed(seen, reason, now);
    return isCarried(seen) && reason === "contact-missing" ? erased(ended, now) : ended;
  };
  await changeAndTell(message.id, end, using);
  return undefined;
}
