import { type Delivery, newDelivery } from "../../functions/integrations/delivery.ts";
import type { Webhook } from "../../functions/integrations/webhook.ts";
import { sortableIdFrom } from "../../functions/platform/ids.ts";
import { noon } from "../make.ts";

/** An endpoint that wants to hear of everything. */
export function aWebhook(more: Partial<Webhook> = {}): Webhook {
  return {
    id: "whk_01HZX0000000000000000000WW",
    url: "https://hooks.northwind.example/heliograph",
    secretNumber: 1,
    createdAt: noon,
    version: 1,
    ...more,
  };
}

/** An event at noon that is to be posted to the endpoint. */
export function aDelivery(more: Partial<Delivery> = {}): Delivery {
  const eventId = sortableIdFrom("evt", noon, "an event");
  const type = "message.status";
  const body = JSON.stringify({ id: eventId, type, timestamp: new Date(noon).toISOString(), data: {} });
  return { ...newDelivery(aWebhook().id, { eventId, type, body }), ...more };
}
