import { awsClient } from "../platform/aws-client.ts";
import { tables } from "../platform/aws.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { sortableIds } from "../platform/ids.ts";
import { SendMessageCommand } from "../platform/sqs.store.ts";
import { onWebhook } from "../platform/webhook.ts";
import type { Click } from "./click.ts";
import { follow } from "./follow.ts";
import { linkStore } from "./link.store.ts";

const sqs = awsClient();
const queueUrl = setting("CLICKS_QUEUE_URL");
const using = {
  find: linkStore(tables(), setting("LINKS_TABLE")).find,
  sendClick: async (click: Click) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(click) }));
  },
  ids: sortableIds,
};

/** Follows short links. */
export const handler = onWebhook(["GET /{code}", "HEAD /{code}"], ({ route, params, headers }) => {
  const [method = ""] = route.split(" ");
  return follow(params["code"] ?? "", { method, headers }, systemClock.now(), using);
});
