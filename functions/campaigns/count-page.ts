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
  const places = placesToLookAt(tally, isFull);
  // Before it is decided there is nothing to look at.
  if (tally.decidedAt === undefined || places.length === 0) return tally;
  const page = await using.campaigns.findPage(campaignId, tally.page);
  if (!page) return tally;
  const ids = messageIdsOf(campaignId, page, places);
  const now = using.clock.now();
  const messages = await using.messages.findAll([...ids.values()], "a-moment-ago");
  const otherwise = tally.canceledAt === undefined ? "waiting" : "canceled";
  const found = [...ids].map(
    ([place, id]) => [place, foundIn(messages.get(id), tally.page, otherwise)] as const,
  );
  const next = counted(tally, new Map(found), now);
  // Somebody who counted at the same time has counted the same.
  await using.campaigns.replaceTally(campaignId, next);
  return next;
}
