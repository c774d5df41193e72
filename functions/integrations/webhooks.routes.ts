import * as z from "zod/mini";
import { NextCursor, Page } from "../platform/cursor.ts";
import { EventName } from "../platform/events.ts";
import type { Operations } from "../platform/routes.ts";
import { Delivery, Try } from "./delivery.ts";
import { Disabled, Webhook } from "./webhook.ts";

const Time = z.iso.datetime();
const Url = z.url({ protocol: /^https?$/ }).check(z.maxLength(2_000));
const Events = z.array(EventName).check(z.minLength(1), z.maxLength(EventName.options.length));
const Description = z.string().check(z.maxLength(200));

/** An endpoint as callers see it. */
export const WebhookView = z.object({
  id: Webhook.shape.id,
  url: z.string(),
  /** @default - everything */
  events: z.optional(z.array(EventName)),
  description: z.optional(z.string()),
  disabled: z.optional(z.object({ ...Disabled.shape, at: Time })),
  /** Since when nothing has been taken; after five days it is disabled. */
  failingSince: z.optional(Time),
  /** Until when the secret before the one in use signs as well. */
  previousSecretUntil: z.optional(Time),
  createdAt: Time,
});

/** An endpoint with its secret: shown when that is made, and never again. */
export const WebhookWithSecret = z.object({
  ...WebhookView.shape,
  secret: z.string().check(z.startsWith("whsec_")),
});

/** One event on its way to one endpoint, as callers see it. */
export const DeliveryView = z.object({
  eventId: Delivery.shape.eventId,
  type: Delivery.shape.type,
  at: Time,
  status: Delivery.shape.status,
  nextAt: z.optional(Time),
  replays: z.int(),
  tries: z.array(z.object({ ...Try.shape, at: Time })),
});

/** An endpoint as a caller asks for it. */
export const NewWebhook = z
  .strictObject({ url: Url, events: z.optional(Events), description: z.optional(Description) })
  .check(z.meta({ examples: [{ url: "https://northwind.example/hooks", events: ["message.status"] }] }));

/** What can be changed of an endpoint; null takes a filter or description away. */
export const ChangedWebhook = z.strictObject({
  url: z.optional(Url),
  events: z.optional(z.nullable(Events)),
  description: z.optional(z.nullable(Description)),
  isEnabled: z.optional(z.boolean()),
});

const cursor = z.optional(
  z.string().check(z.maxLength(40), z.describe("`nextCursor` of the answer before.")),
);

const Replay = z.strictObject({
  /** Events from this time on, at most 30 days back. */
  since: z.iso.datetime({ offset: true }),
  /** What was not taken, or everything. */
  which: z._default(z.enum(["missed", "all"]), "missed"),
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
    body: z.strictObject({ overlapHours: z._default(z.int().check(z.minimum(0), z.maximum(168)), 24) }),
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
    query: z.extend(Page, { cursor }),
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
    reply: z.object({ replayed: z.int(), nextCursor: NextCursor }),
    status: 202,
    problems: ["webhook.not-found"],
  },
  listEventTypes: {
    at: "GET /v1/event-types",
    does: "Lists the events there are.",
    reply: z.object({ types: z.array(z.object({ type: EventName, does: z.string() })) }),
  },
} as const satisfies Operations;
