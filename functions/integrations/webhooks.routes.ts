import * as z from "zod";
import { NextCursor, Page } from "../platform/cursor.ts";
import { EventName } from "../platform/events.ts";
import type { Operations } from "../platform/routes.ts";
import { Delivery, Try } from "./delivery.ts";
import { Disabled, Webhook } from "./webhook.ts";

const Time = z.iso.datetime();
const Url = z.url({ protocol: /^https?$/ }).max(2_000);
const Events = z.array(EventName).nonempty().max(EventName.options.length);
const Description = z.string().max(200);

/** An endpoint as callers see it. */
export const WebhookView = z.object({
  id: Webhook.shape.id,
  url: z.string(),
  /** @default - everything */
  events: z.array(EventName).optional(),
  description: z.string().optional(),
  disabled: z.object({ ...Disabled.shape, at: Time }).optional(),
  /** Since when nothing has been taken; after five days it is disabled. */
  failingSince: Time.optional(),
  /** Until when the secret before the one in use signs as well. */
  previousSecretUntil: Time.optional(),
  createdAt: Time,
});

/** An endpoint with its secret: shown when that is made, and never again. */
export const WebhookWithSecret = z.object({ ...WebhookView.shape, secret: z.string().startsWith("whsec_") });

/** One event on its way to one endpoint, as callers see it. */
export const DeliveryView = z.object({
  eventId: Delivery.shape.eventId,
  type: Delivery.shape.type,
  at: Time,
  status: Delivery.shape.status,
  nextAt: Time.optional(),
  replays: z.number().int(),
  tries: z.array(z.object({ ...Try.shape, at: Time })),
});

/** An endpoint as a caller asks for it. */
export const NewWebhook = z
  .strictObject({ url: Url, events: Events.optional(), description: Description.optional() })
  .meta({ examples: [{ url: "https://northwind.example/hooks", events: ["message.status"] }] });

/** What can be changed of an endpoint; null takes a filter or description away. */
export const ChangedWebhook = z.strictObject({
  url: Url.optional(),
  events: Events.nullable().optional(),
  description: Description.nullable().optional(),
  isEnabled: z.boolean().optional(),
});

const cursor = z.string().max(40).optional().describe("`nextCursor` of the answer before.");

const Replay = z.strictObject({
  /** Events from this time on, at most 30 days back. */
  since: z.iso.datetime({ offset: true }),
  /** What was not taken, or everything. */
  which: z.enum(["missed", "all"]).default("missed"),
  cursor,
});

/** What callers can do with endpoints of their own. */
export const webhookRoutes = {
  createWebhook: {
    at: "POST /v1/webhooks",
    does: "Adds an endpoint that gets events, signed by Standard Webhooks. Its secret is in this answer and in no other.",
    body: NewWebhook,
    reply: WebhookWithSecret,
    status: 201,
    creates: "by-key",
    problems: ["webhook.too-many"],
  },
  listWebhooks: {
    at: "GET /v1/webhooks",
    does: "Lists the endpoints.",
    reply: z.object({ webhooks: z.array(WebhookView) }),
  },
  getWebhook: {
    at: "GET /v1/webhooks/{webhookId}",
    does: "Reads an endpoint: what it gets, and whether it takes it.",
    reply: WebhookView,
    problems: ["webhook.not-found"],
  },
  changeWebhook: {
    at: "PATCH /v1/webhooks/{webhookId}",
    does: "Changes an endpoint's address, filter or description, disables it or enables it again.",
    body: ChangedWebhook,
    reply: WebhookView,
    problems: ["webhook.not-found"],
  },
  removeWebhook: {
    at: "DELETE /v1/webhooks/{webhookId}",
    does: "Removes an endpoint; what is on its way is not posted any more.",
    reply: z.object({}),
    status: 204,
    problems: ["webhook.not-found"],
  },
  rotateWebhookSecret: {
    at: "POST /v1/webhooks/{webhookId}/rotate-secret",
    does: "Gives an endpoint another secret. The one before signs as well for a while, so that nothing is refused.",
    body: z.strictObject({ overlapHours: z.number().int().min(0).max(168).default(24) }),
    reply: WebhookWithSecret,
    creates: "by-key",
    problems: ["webhook.not-found"],
  },
  testWebhook: {
    at: "POST /v1/webhooks/{webhookId}/test",
    does: "Posts a test event to an endpoint, whatever its filter.",
    reply: z.object({ eventId: Delivery.shape.eventId }),
    status: 202,
    problems: ["webhook.not-found"],
  },
  listDeliveries: {
    at: "GET /v1/webhooks/{webhookId}/deliveries",
    does: "Lists what was posted to an endpoint in the last 30 days and what it answered, the newest event first.",
    query: Page.extend({ cursor }),
    reply: z.object({ deliveries: z.array(DeliveryView), nextCursor: NextCursor }),
    problems: ["webhook.not-found"],
  },
  replayDelivery: {
    at: "POST /v1/webhooks/{webhookId}/deliveries/{eventId}/replay",
    does: "Posts an event again, under its own id and from the start of the retry schedule.",
    reply: DeliveryView,
    status: 202,
    problems: ["webhook.not-found", "delivery.not-found"],
  },
  replaySince: {
    at: "POST /v1/webhooks/{webhookId}/replay",
    does: "Posts again what an endpoint missed since a time, or everything; ask on with `nextCursor` until there is none.",
    body: Replay,
    reply: z.object({ replayed: z.number().int(), nextCursor: NextCursor }),
    status: 202,
    problems: ["webhook.not-found"],
  },
  listEventTypes: {
    at: "GET /v1/event-types",
    does: "Lists the events there are.",
    reply: z.object({ types: z.array(z.object({ type: EventName, does: z.string() })) }),
  },
} as const satisfies Operations;
