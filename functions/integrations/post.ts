import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import type { GuardedPost, Posted } from "../platform/guarded-post.ts";
import { log } from "../platform/log.ts";
import { measure } from "../platform/metrics.ts";
import type { Delivery as Receive, ItemOutcome } from "../platform/queue.ts";
import { type Delivery, isGone, isTaken, newDelivery, skipped, tried } from "./delivery.ts";
import type { DeliveryStore } from "./delivery.store.ts";
import type { ShowAgain } from "./posts.store.ts";
import { secretsInUse, signedHeaders } from "./signature.ts";
import type { ToPost } from "./to-post.ts";
import { afterTry, type Webhook } from "./webhook.ts";
import { changeWebhook, type WebhookStore } from "./webhook.store.ts";

/** What posting works with. */
export interface PostUsing {
  /** All endpoints, seconds old at most. */
  readonly list: () => Promise<readonly Webhook[]>;
  readonly webhooks: Pick<WebhookStore, "find" | "replace">;
  readonly deliveries: Pick<DeliveryStore, "find" | "keep">;
  readonly secretOf: (webhookId: string, number: number) => Promise<string>;
  readonly post: (post: GuardedPost) => Promise<Posted>;
  readonly showAgain: ShowAgain;
  /** Puts it back on the queue at an instant; the same try again is the same schedule. */
  readonly postLater: (item: ToPost, number: number, at: number) => Promise<void>;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Pauses up to this are waited for on the queue; schedules may be a minute late. */
const longestOnQueueSeconds = 60;
/** Clocks of ours may be apart by this. */
const earlyMilliseconds = 1_000;

/** Posts an event to an endpoint once, writes down what came of it and sees to the next try. */
export async function postOne(item: ToPost, receive: Receive, using: PostUsing): Promise<ItemOutcome> {
  const webhook = await webhookOf(item.webhookId, using);
  // Somebody removed the endpoint meanwhile.
  if (!webhook) return "done";
  const delivery = await deliveryFor(item, receive, using);
  if (delivery?.status !== "waiting" || delivery.replays !== item.replays) return "done";
  if (webhook.disabled) {
    await keep(delivery, skipped, using);
    return "done";
  }
  const isDue = (delivery.nextAt ?? 0) <= using.clock.now() + earlyMilliseconds;
  if (!isDue) return waitFor(delivery, item, receive, using);
  const at = using.clock.now();
  const posted = await using.post(await signed(webhook, delivery, at, using));
  const now = using.clock.now();
  const next = await keep(delivery, (seen) => tried(seen, posted, { at, now }), using);
  await rememberTry(webhook, next, posted, using);
  return next.status === "waiting" ? waitFor(next, item, receive, using) : "done";
}

/** The list may be seconds old: what it does not have, or not any more, is looked at for itself. */
async function webhookOf(webhookId: string, { list, webhooks }: PostUsing): Promise<Webhook | undefined> {
  const known = (await list()).find(({ id }) => id === webhookId);
  return known && !known.disabled ? known : webhooks.find(webhookId);
}

/** Only what comes for the first time is sure to have no story yet. */
async function deliveryFor(
  { webhookId, eventId, first }: ToPost,
  { receiveCount }: Receive,
  { deliveries }: PostUsing,
): Promise<Delivery | undefined> {
  const fresh = first && newDelivery(webhookId, { eventId, ...first });
  if (fresh && receiveCount === 1) return fresh;
  return (await deliveries.find(webhookId, eventId)) ?? fresh;
}

async function signed(
  webhook: Webhook,
  { eventId, body }: Delivery,
  at: number,
  { secretOf }: PostUsing,
): Promise<GuardedPost> {
  const secrets = await Promise.all(secretsInUse(webhook, at).map((number) => secretOf(webhook.id, number)));
  const headers = {
    "content-type": "application/json",
    "user-agent": "Heliograph-Webhooks/1",
    ...signedHeaders({ id: eventId, at, body }, secrets),
  };
  return { url: webhook.url, headers, body };
}

/** Writes a delivery's next version, from a fresh look when another copy of the item was quicker. */
async function keep(
  delivery: Delivery,
  next: (seen: Delivery) => Delivery,
  { deliveries }: PostUsing,
): Promise<Delivery> {
  let seen = delivery;
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const changed = next(seen);
    if (await deliveries.keep(changed, seen)) return changed;
    seen = (await deliveries.find(delivery.webhookId, delivery.eventId)) ?? delivery;
    // The other copy has brought it there, or somebody has asked for it again: that is what counts.
    if (seen.status !== "waiting" || seen.replays !== delivery.replays) return seen;
  }
  throw new Error(`Delivery ${delivery.eventId} changed ${triesLimit} times while we looked`);
}

const triesLimit = 5;

/** Seconds are waited for on the queue, hours by a schedule; both are still there when we are not. */
async function waitFor(
  { nextAt = 0, tried: number }: Delivery,
  { webhookId, eventId, replays }: ToPost,
  { receiptHandle }: Receive,
  using: PostUsing,
): Promise<ItemOutcome> {
  const seconds = Math.max(1, Math.ceil((nextAt - using.clock.now()) / 1000));
  if (seconds <= longestOnQueueSeconds && receiptHandle !== undefined) {
    await using.showAgain(receiptHandle, seconds);
    return "again";
  }
  await using.postLater({ webhookId, eventId, replays }, number, nextAt);
  return "done";
}

/** What the try says of the endpoint; its item is written only when that is news. */
async function rememberTry(
  webhook: Webhook,
  delivery: Delivery,
  posted: Posted,
  using: PostUsing,
): Promise<void> {
  const said = { isTaken: isTaken(posted), isGone: isGone(posted), number: delivery.tried };
  measure(said.isTaken ? "WebhookTaken" : "WebhookRefused", 1);
  if (delivery.status === "failed") measure("WebhookGivenUp", 1);
  if (!said.isTaken) {
    const { webhookId, eventId } = delivery;
    const answer = posted.is === "answered" ? { status: posted.status } : { reason: posted.reason };
    log.warn("webhook-refused", { webhookId, eventId, number: delivery.tried, ...answer });
  }
  const now = using.clock.now();
  if (afterTry(webhook, said, now) === webhook) return;
  const changed = await changeWebhook(using.webhooks, webhook.id, (seen) => afterTry(seen, said, now));
  const reason = changed?.webhook.disabled?.reason;
  if (!reason || reason === "by-hand" || changed.before.disabled) return;
  measure("WebhookDisabled", 1);
  await using.publish([{ name: "webhook.disabled", detail: { webhookId: webhook.id, reason } }]);
}
