import { type BusEvent, envelopesOf } from "./envelope.ts";
import type { SendToPosts } from "./to-post.ts";
import { type Webhook, wants } from "./webhook.ts";

/** What fanning out works with. */
export interface FanOutUsing {
  /** All endpoints, seconds old at most. */
  readonly webhooks: () => Promise<readonly Webhook[]>;
  readonly sendToPosts: SendToPosts;
}

/** Hands what happened to each endpoint that wants to hear of it, disabled ones too: their log says what they missed. */
export async function fanOut(event: BusEvent, using: FanOutUsing): Promise<void> {
  const envelopes = envelopesOf(event);
  if (envelopes.length === 0) return;
  const webhooks = await using.webhooks();
  const items = envelopes.flatMap((envelope) => {
    const { id: eventId, type } = envelope;
    const first = { type, body: JSON.stringify(envelope) };
    const wanting = webhooks.filter((webhook) => wants(webhook, type));
    return wanting.map(({ id: webhookId }) => ({ webhookId, eventId, replays: 0, first }));
  });
  await using.sendToPosts(items);
}
