import type * as z from "zod/mini";
import { isoOf } from "../platform/clock.ts";
import { timeOfId } from "../platform/ids.ts";
import type { Delivery } from "./delivery.ts";
import type { Webhook } from "./webhook.ts";
import type { DeliveryView, WebhookView } from "./webhooks.routes.ts";

/** What a caller may know of an endpoint: everything but its secret. */
export function viewOf(webhook: Webhook, now: number): z.infer<typeof WebhookView> {
  const { id, url, events, description, disabled, failingSince, previousUntil, createdAt } = webhook;
  return {
    id,
    url,
    ...(events && { events }),
    ...(description !== undefined && { description }),
    ...(disabled && { disabled: { ...disabled, at: isoOf(disabled.at) } }),
    ...(failingSince !== undefined && { failingSince: isoOf(failingSince) }),
    ...(previousUntil !== undefined && previousUntil > now && { previousSecretUntil: isoOf(previousUntil) }),
    createdAt: isoOf(createdAt),
  };
}

/** What a caller sees of a delivery. */
export function deliveryViewOf(delivery: Delivery): z.infer<typeof DeliveryView> {
  const { eventId, type, status, nextAt, replays, tries } = delivery;
  return {
    eventId,
    type,
    at: isoOf(timeOfId(eventId)),
    status,
    ...(nextAt !== undefined && { nextAt: isoOf(nextAt) }),
    replays,
    tries: tries.map((one) => ({ ...one, at: isoOf(one.at) })),
  };
}
