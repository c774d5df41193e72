import { segmentsOf } from "../channels/segments.ts";
import type { Contact } from "../contacts/contact.ts";
import { whereaboutsOf } from "../contacts/zones.ts";
import { isToBeMade } from "../messages/attempt.ts";
import { categoryOf } from "../messages/category-of.ts";
import { type Category, respectsQuietHours } from "../messages/category.ts";
import { changeAndTell } from "../messages/change-and-tell.ts";
import type { ToDeliver } from "../messages/hand-over.ts";
import type { Attempt, Message } from "../messages/message.ts";
import { closedBy, type Hours, hoursFor, nextAllowed } from "../messages/quiet-hours.ts";
import { currentAttempt, expired, suppressed } from "../messages/status.ts";
import { log } from "../platform/log.ts";
import { type Batched, type ItemOutcome, outcomeOf } from "../platform/queue.ts";
import { attemptDelivery, type DeliverUsing, postpone } from "./attempt-delivery.ts";
import { lanesOf } from "./sender.ts";
import { isOnTime, type Lease, slotsIn, spacingOf } from "./slots.ts";

/** An attempt that is to be made now, with everything it needs. */
interface Ready {
  readonly index: number;
  readonly message: Message;
  readonly attempt: Attempt;
  readonly segments: number;
}

/** Makes the attempts of a batch, each at its slot; the next one starts while the one before still waits for its reply. */
export async function deliver(
  batch: readonly Batched<ToDeliver>[],
  using: DeliverUsing,
): Promise<readonly ItemOutcome[]> {
  const outcomes: ItemOutcome[] = batch.map(() => "done");
  const looked = await Promise.allSettled(batch.map(({ item }, index) => readyFrom(item, index, using)));
  const ready = looked.flatMap((result, index) => {
    if (result.status === "fulfilled") return result.value ? [result.value] : [];
    log.error("item-failed", result.reason, { queueMessageId: batch[index]?.delivery.messageId });
    outcomes[index] = "again";
    return [];
  });
  if (ready.length === 0) return outcomes;
  const begun = using.clock.now();
  const { lease, isShared } = await leaseFor(totalOf(ready), using);
  const slots = slotsIn(
    lease,
    ready.map(({ segments }) => segments),
  );
  const made = ready.map(async (one, order) => {
    const delivery = batch[one.index]?.delivery ?? { messageId: "", receiveCount: 0 };
    outcomes[one.index] = await outcomeOf(atSlot(one, slots[order] ?? begun, using), delivery);
  });
  await Promise.all(made);
  // Without the shared clock the rate is kept by time alone: no lane starts its next batch before its share is over.
  if (!isShared) await using.clock.sleepUntil(begun + totalOf(ready) * lease.spacing);
  return outcomes;
}

async function readyFrom(item: ToDeliver, index: number, using: DeliverUsing): Promise<Ready | undefined> {
  const message = await using.messages.find(item.messageId);
  const attempt = message && currentAttempt(message);
  // Run twice, late or out of order: only the attempt under way that nobody has begun is to be made.
  if (!attempt || !isToBeMade(message, item.attemptId)) return undefined;
  const segments = attempt.channel === "sms" ? segmentsOf(message.content.text).count : 1;
  return { index, message, attempt, segments };
}

async function leaseFor(segments: number, using: DeliverUsing): Promise<{ lease: Lease; isShared: boolean }> {
  const { sender, clock } = using;
  try {
    return { lease: await using.leaseSlots(sender.id, sender.mps, segments, clock.now()), isShared: true };
  } catch (error) {
    log.error("slots-unavailable", error, { senderId: sender.id });
    const lanes = lanesOf(sender);
    return {
      lease: { start: clock.now(), spacing: spacingOf(sender.mps) * (lanes.urgent + lanes.bulk) },
      isShared: false,
    };
  }
}

async function atSlot(one: Ready, slot: number, using: DeliverUsing): Promise<void> {
  const { message, attempt, segments } = one;
  const { clock } = using;
  await clock.sleepUntil(slot);
  const [contact, category] = [
    await using.contacts.find(message.contactId),
    categoryOf(using.business, message),
  ];
  if (!contact || !category) return endUnmade(one, contact ? "category-missing" : "contact-missing", using);
  if (message.expiresAt <= clock.now()) return endUnmade(one, "expired", using);
  const hours = hoursOf(contact, category, attempt, using);
  const closed = hours && closedBy(hours, clock.now());
  if (hours && closed) {
    const until = nextAllowed(hours, clock.now()) ?? message.expiresAt;
    return postpone(one, { from: "queued", until, reason: `quiet-hours: ${closed}` }, using);
  }
  await attemptDelivery(
    { message, attempt, contact, category, hours },
    slotKeeper(slot, segments, using),
    using,
  );
}

/** Waits for a new slot once the one at hand is over: calls that start late would bunch up. */
function slotKeeper(first: number, segments: number, using: DeliverUsing): () => Promise<void> {
  let slot = first;
  return async () => {
    if (isOnTime(slot, using.clock.now())) return;
    slot = (await leaseFor(segments, using)).lease.start;
    await using.clock.sleepUntil(slot);
  };
}

/** The hour is asked for again here: a backlog may have carried the message into the night. */
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

/** Ends a message whose attempt nobody has begun; a second copy of this work may be sending it by now. */
async function endUnmade({ message, attempt }: Ready, reason: string, using: DeliverUsing): Promise<void> {
  const end = (seen: Message) => {
    if (!isToBeMade(seen, attempt.id)) return undefined;
    const now = using.clock.now();
    return reason === "expired" ? expired(seen, now) : suppressed(seen, reason, now);
  };
  await changeAndTell(message.id, end, using);
}

function totalOf(ready: readonly Ready[]): number {
  return ready.reduce((sum, { segments }) => sum + segments, 0);
}
