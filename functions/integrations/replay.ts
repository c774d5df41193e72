import { type Delivery, replayed } from "./delivery.ts";
import type { DeliveryStore } from "./delivery.store.ts";
import type { SendToPosts } from "./to-post.ts";

/** What replaying works with. */
export interface ReplayUsing {
  readonly deliveries: Pick<DeliveryStore, "find" | "keep" | "listSince">;
  readonly sendToPosts: SendToPosts;
}

/** Deliveries looked at in one request, and handled at the same time. */
const pageLimit = 500;
const inParallel = 25;

/** Posts a delivery again from the start of its schedule; what an earlier asking left behind comes to nothing. */
export async function replay(delivery: Delivery, using: ReplayUsing): Promise<Delivery> {
  let seen: Delivery | undefined = delivery;
  for (let tries = 0; seen && tries < triesLimit; tries += 1) {
    const next: Delivery = replayed(seen);
    if (await using.deliveries.keep(next, seen)) {
      const { webhookId, eventId, replays } = next;
      await using.sendToPosts([{ webhookId, eventId, replays }]);
      return next;
    }
    seen = await using.deliveries.find(delivery.webhookId, delivery.eventId);
  }
  throw new Error(`Delivery ${delivery.eventId} changed ${triesLimit} times while we looked`);
}

const triesLimit = 5;

/** Which deliveries to post again, and from where on. */
export interface Wanted {
  readonly webhookId: string;
  readonly since: number;
  readonly which: "missed" | "all";
  /** The last event that was looked at. */
  readonly after?: string | undefined;
}

/** Posts a page of deliveries again, the oldest event first; says where to go on. */
export async function replaySince(
  { webhookId, since, which, after }: Wanted,
  using: ReplayUsing,
): Promise<{ readonly replayed: number; readonly nextCursor?: string }> {
  const page = await using.deliveries.listSince(webhookId, since, pageLimit, after);
  const wanted = page.filter(({ status }) => which === "all" || status === "failed" || status === "skipped");
  for (let start = 0; start < wanted.length; start += inParallel)
    await Promise.all(wanted.slice(start, start + inParallel).map((one) => replay(one, using)));
  const nextCursor = page.length === pageLimit ? page.at(-1)?.eventId : undefined;
  return { replayed: wanted.length, ...(nextCursor && { nextCursor }) };
}
