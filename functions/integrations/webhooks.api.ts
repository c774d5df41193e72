import type * as z from "zod/mini";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { isoOf, systemClock } from "../platform/clock.ts";
import { doorOf } from "../platform/door.store.ts";
import { mayCallThisMachine, setting } from "../platform/env.ts";
import { EventName, events } from "../platform/events.ts";
import { sortableIds } from "../platform/ids.ts";
import { Problem } from "../platform/problem.ts";
import { saidOf } from "../platform/said-of.ts";
import type { Envelope } from "./envelope.ts";
import { deliveryStore, isKept } from "./delivery.store.ts";
import { postsQueue } from "./posts.store.ts";
import { assertUrl, changed, register } from "./register.ts";
import { replay, replaySince } from "./replay.ts";
import { secretReaderFor } from "./secret.store.ts";
import { deliveryViewOf, viewOf } from "./view.ts";
import { rotated, type Webhook } from "./webhook.ts";
import { changeWebhook, webhookStore } from "./webhook.store.ts";
import { webhookRoutes, type WebhookWithSecret } from "./webhooks.routes.ts";

const dynamo = tables();
const webhooks = webhookStore(dynamo, setting("INTEGRATIONS_TABLE"));
const isLocal = mayCallThisMachine();
const secretOf = secretReaderFor(setting("WEBHOOK_SECRET"), systemClock);
const using = {
  deliveries: deliveryStore(dynamo, setting("INTEGRATIONS_TABLE")),
  sendToPosts: postsQueue(setting("POSTS_QUEUE_URL")),
};
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));
const hour = 3_600_000;

type Params = Readonly<Record<string, string>>;

/** Everything about endpoints of the business's own. */
export const handler = onRoutes(
  webhookRoutes,
  {
    createWebhook: async ({ body, newId, requestHash, replayed }) => {
      const named = { id: newId("whk"), requestHash };
      const made = await register(body, named, systemClock.now(), { webhooks, isLocal });
      if (made.isReplay) replayed();
      return withSecret(made.webhook, 1);
    },
    listWebhooks: async () => ({
      webhooks: (await webhooks.list()).map((one) => viewOf(one, systemClock.now())),
    }),
    getWebhook: async ({ params }) => viewOf(await webhookIn(params), systemClock.now()),
    changeWebhook: async ({ params, body }) => {
      if (body.url !== undefined) assertUrl(body.url, isLocal);
      const now = systemClock.now();
      return viewOf(await changeIn(params, (seen) => changed(seen, body, now)), now);
    },
    removeWebhook: async ({ params }) => {
      await webhooks.remove((await webhookIn(params)).id);
      return {};
    },
    rotateWebhookSecret: async ({ params, body: { overlapHours }, newId }) => {
      const by = newId("whk");
      const until = systemClock.now() + overlapHours * hour;
      const webhook = await changeIn(params, (seen) => rotated(seen, by, until));
      return withSecret(webhook, webhook.secretNumber);
    },
    testWebhook: async ({ params }) => {
      const { id } = await webhookIn(params);
      const now = systemClock.now();
      const type = "webhook.test";
      const eventId = sortableIds.next("evt", now);
      const data = { webhookId: id };
      const body = JSON.stringify({ id: eventId, type, timestamp: isoOf(now), data } satisfies Envelope);
      await using.sendToPosts([{ webhookId: id, eventId, replays: 0, first: { type, body } }]);
      return { eventId };
    },
    listDeliveries: async ({ params, query: { limit, cursor } }) => {
      const { id } = await webhookIn(params);
      const deliveries = await using.deliveries.listNewest(id, limit, eventAt(cursor));
      const nextCursor = deliveries.length === limit ? deliveries.at(-1)?.eventId : undefined;
      return { deliveries: deliveries.map(deliveryViewOf), ...(nextCursor && { nextCursor }) };
    },
    replayDelivery: async ({ params }) => {
      const { id } = await webhookIn(params);
      const eventId = params["eventId"] ?? "";
      const isThere = isKept(eventId, systemClock.now());
      const found = isThere ? await using.deliveries.find(id, eventId) : undefined;
      if (!found) throw new Problem("delivery.not-found");
      return deliveryViewOf(await replay(found, using));
    },
    replaySince: async ({ params, body: { since, which, cursor } }) => {
      const { id } = await webhookIn(params);
      const wanted = { webhookId: id, since: Math.max(0, Date.parse(since)), which, after: eventAt(cursor) };
      return replaySince(wanted, using);
    },
    listEventTypes: async () => ({
      types: EventName.options.map((type) => ({ type, does: saidOf(events[type]).description ?? "" })),
    }),
  },
  once,
);

async function webhookIn(params: Params): Promise<Webhook> {
  const webhook = await webhooks.find(params["webhookId"] ?? "");
  if (!webhook) throw new Problem("webhook.not-found");
  return webhook;
}

async function changeIn(params: Params, change: (webhook: Webhook) => Webhook): Promise<Webhook> {
  const done = await changeWebhook(webhooks, params["webhookId"] ?? "", change);
  if (!done) throw new Problem("webhook.not-found");
  return done.webhook;
}

async function withSecret(webhook: Webhook, number: number): Promise<z.infer<typeof WebhookWithSecret>> {
  return { ...viewOf(webhook, systemClock.now()), secret: await secretOf(webhook.id, number) };
}

function eventAt(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  if (isKept(cursor, systemClock.now())) return cursor;
  throw new Problem("request.invalid", [
    { field: "cursor", message: "is not the `nextCursor` of an answer" },
  ]);
}
