import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { mayCallThisMachine, setting } from "../platform/env.ts";
import { guardFor } from "../platform/guarded-call.ts";
import { guardedPost } from "../platform/guarded-post.ts";
import { log } from "../platform/log.ts";
import { onBatch } from "../platform/queue.ts";
import { oneTimeSchedules } from "../platform/schedules.store.ts";
import { deliveryStore } from "./delivery.store.ts";
import { postOne, type PostUsing } from "./post.ts";
import { postsAgain } from "./posts.store.ts";
import { webhooksReader } from "./read.ts";
import { secretReaderFor } from "./secret.store.ts";
import { ToPost } from "./to-post.ts";
import { webhookStore } from "./webhook.store.ts";

const dynamo = tables();
const webhooks = webhookStore(dynamo, setting("INTEGRATIONS_TABLE"));
const putLater = oneTimeSchedules({
  group: setting("HOLDS_GROUP"),
  roleArn: setting("HOLDS_ROLE_ARN"),
  queueArn: setting("POSTS_QUEUE_ARN"),
});
const isLocal = mayCallThisMachine();
const using: PostUsing = {
  list: webhooksReader(webhooks.list, systemClock),
  webhooks,
  deliveries: deliveryStore(dynamo, setting("INTEGRATIONS_TABLE")),
  secretOf: secretReaderFor(setting("WEBHOOK_SECRET"), systemClock),
  post: (post) => guardedPost(post, guardFor(post.url, isLocal)),
  showAgain: postsAgain(setting("POSTS_QUEUE_URL")),
  postLater: (item, number, at) =>
    putLater(`${item.eventId}-${item.webhookId.slice(-20)}-${item.replays}-${number}`, at, item),
  publish: busPublisher(setting("EVENT_BUS")),
  clock: systemClock,
};

/** Posts events to endpoints: each item for itself, and what failed waits on the queue or by a schedule. */
export const handler = onBatch(ToPost, (items) =>
  Promise.all(
    items.map(async ({ item, delivery }) => {
      try {
        return await postOne(item, delivery, using);
      } catch (error) {
        const { webhookId, eventId } = item;
        log.error("post-failed", error, { webhookId, eventId, receiveCount: delivery.receiveCount });
        return "again";
      }
    }),
  ),
);
