import { segmentsOf } from "../channels/segments.ts";
import { isToBeMade } from "../messages/attempt.ts";
import { carrying, unpacked } from "../messages/carried.ts";
import { categoryOf } from "../messages/category-of.ts";
import type { ToDeliver } from "../messages/hand-over.ts";
import { joinAgain } from "../messages/change-and-tell.ts";
import { contentOn } from "../messages/content.ts";
import type { Message } from "../messages/message.ts";
import { inItsPlace } from "../messages/message-item.ts";
import { changeMessage } from "../messages/message.store.ts";
import { currentAttempt } from "../messages/status.ts";
import { idsIn, log } from "../platform/log.ts";
import type { Batched, ItemOutcome } from "../platform/queue.ts";
import type { BatchUsing, DeliverUsing } from "./due.ts";
import { deliverRun } from "./deliver-run.ts";
import type { Ready } from "./ready.ts";

/** Makes the attempts of a batch, each sender's at its own pace. */
export async function deliver(
  batch: readonly Batched<ToDeliver>[],
  given: DeliverUsing,
): Promise<readonly ItemOutcome[]> {
  const outcomes: ItemOutcome[] = batch.map(() => "done");
  const using: BatchUsing = { ...given, messages: carrying(given) };
  const looked = await Promise.allSettled(
    batch.map(async (one, index) => {
      if (one.item.carried !== undefined) using.messages.remember(unpacked(one.item.carried));
      return readyFrom(one, index, using);
    }),
  );
  const ready = looked.flatMap((result, index) => {
    if (result.status === "fulfilled") return result.value ? [result.value] : [];
    const { item, delivery } = batch[index] ?? {};
    log.error("item-failed", result.reason, { queueMessageId: delivery?.messageId, ...idsIn(item) });
    outcomes[index] = "again";
    return [];
  });
  const bySender = Object.values(Object.groupBy(ready, ({ sender }) => sender.id));
  await Promise.all(
    bySender.map(async (run = []) => {
      const results = await deliverRun(run, using);
      for (const [order, { index }] of run.entries()) outcomes[index] = results[order] ?? "again";
    }),
  );
  return outcomes;
}

async function readyFrom(
  { item, delivery }: Batched<ToDeliver>,
  index: number,
  using: DeliverUsing,
): Promise<Ready | undefined> {
  const message = await toBeMade(item, using);
  const attempt = message && currentAttempt(message);
  // Run twice, late or out of order: only the attempt under way that nobody has begun is to be made.
  if (!attempt || !isToBeMade(message, item.attemptId)) {
    if (message && delivery.receiveCount > 1) await takeUpFrom(message, using);
    return undefined;
  }
  const sender = using.business.senders.find(({ id }) => id === attempt.senderId);
  if (!sender) throw new Error(`Sender ${attempt.senderId} is not declared`);
  const segments = attempt.channel === "sms" ? segmentsOf(contentOn("sms", message).text).count : 1;
  const isUrgent = categoryOf(using.business, message)?.urgency === 3;
  return { index, delivery, message, attempt, sender, segments, isUrgent };
}

/** The message of an attempt that is to be made; only when an older copy says that it is not, the newest is looked at. */
async function toBeMade(
  { messageId, attemptId }: ToDeliver,
  { messages }: DeliverUsing,
): Promise<Message | undefined> {
  const older = await messages.find(messageId, "a-moment-ago");
  return older && isToBeMade(older, attemptId) ? older : messages.find(messageId);
}

/** Whoever began the attempt may have died: the sweeper is to look when the message is due, and not only when it comes by; and a cohort is to know of it. */
async function takeUpFrom(message: Message, { messages, join }: DeliverUsing): Promise<void> {
  await joinAgain(message, join);
  const look = (seen: Message) => (currentAttempt(seen)?.status === "sending" ? inItsPlace(seen) : undefined);
  await changeMessage(messages, message.id, look, message);
}
