import type { Message } from "../messages/message.ts";
import type { CampaignUsing } from "./using.ts";
import { messageIdsOf } from "./page.ts";
import { counted, foundIn, placesToLookAt, type Tally } from "./tally.ts";

/** What counting works with. */
export type CountUsing = Pick<CampaignUsing, "campaigns" | "clock"> & {
  readonly messages: Pick<CampaignUsing["messages"], "findAll">;
};

/** Counts a page by looking at its messages: those that had not ended, or all of them. Returns the count as it stands. */
export async function countPage(
  campaignId: string,
  tally: Tally,
  isFull: boolean,
  using: CountUsing,
): Promise<Tally> {
  const { next } = await countedThrough(campaignId, tally, isFull, using);
  // Somebody who counted at the same time has counted the same.
  if (next !== tally) await using.campaigns.replaceTally(campaignId, next);
  return next;
}

/** What was looked at to count a page. */
interface Counted {
  readonly next: Tally;
  readonly messages: readonly Message[];
  /** Places of those whom nobody has stored: their senders' queues carry their messages. */
  readonly unstored: readonly number[];
}

/** The count of a page, and what was looked at for it. */
export async function countedThrough(
  campaignId: string,
  tally: Tally,
  isFull: boolean,
  using: CountUsing,
): Promise<Counted> {
  const places = placesToLookAt(tally, isFull);
  const nothing = { next: tally, messages: [], unstored: [] };
  // Before it is decided there is nothing to look at.
  if (tally.decidedAt === undefined || places.length === 0) return nothing;
  const page = await using.campaigns.findPage(campaignId, tally.page);
  if (!page) return nothing;
  const ids = messageIdsOf(campaignId, page, places);
  const now = using.clock.now();
  const messages = await using.messages.findAll([...ids.values()], "a-moment-ago");
  const found = [...ids].map(([place, id]) => [place, foundIn(messages.get(id), tally)] as const);
  const unstored = [...ids].flatMap(([place, id]) => (messages.has(id) ? [] : [place]));
  return { next: counted(tally, new Map(found), now), messages: [...messages.values()], unstored };
}
