import { tables } from "../platform/aws.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { onQueue } from "../platform/queue.ts";
import { BusEvent } from "./envelope.ts";
import { fanOut } from "./fan-out.ts";
import { postsQueue } from "./posts.store.ts";
import { webhooksReader } from "./read.ts";
import { webhookStore } from "./webhook.store.ts";

const { list } = webhookStore(tables(), setting("INTEGRATIONS_TABLE"));
const using = {
  webhooks: webhooksReader(list, systemClock),
  sendToPosts: postsQueue(setting("POSTS_QUEUE_URL")),
};

/** Finds the endpoints that want to hear of an event. */
export const handler = onQueue(BusEvent, (event) => fanOut(event, using));
