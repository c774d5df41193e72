import * as z from "zod/mini";
import { listed, type Part, type Wanted } from "../messages/list.ts";
import type { MessageStore } from "../messages/message.store.ts";
import type { CampaignStore } from "./campaign.store.ts";
import { messageIdsOf, type Page } from "./page.ts";

/** A place in a campaign's list: a recipient on a page. */
export const RecipientPlace = z.object({
  page: z.int().check(z.minimum(1)),
  place: z.int().check(z.minimum(0)),
});
/** A place in a campaign's list. */
export type RecipientPlace = z.infer<typeof RecipientPlace>;

/** What listing a campaign's messages works with. */
export interface ListUsing {
  readonly campaigns: Pick<CampaignStore, "findPage" | "listTallies">;
  readonly messages: Pick<MessageStore, "findAll">;
}

/** The messages of a campaign in the order of its recipients; they are found by their names, no index holds them. */
export async function listCampaignMessages(
  campaignId: string,
  wanted: Wanted,
  start: RecipientPlace | undefined,
  { campaigns, messages }: ListUsing,
): Promise<Part<RecipientPlace>> {
  const numbers = (await campaigns.listTallies(campaignId)).map(({ page }) => page);
  const firstOf = (page: number | undefined) => (page === undefined ? undefined : { page, place: 0 });
  let page: Page | undefined;
  return listed(wanted, start ?? firstOf(numbers[0]), async (limit, from) => {
    if (from && page?.number !== from.page) page = await campaigns.findPage(campaignId, from.page);
    if (!from || !page) return { messages: [] };
    const end = Math.min(from.place + limit, page.recipients.length);
    const places = Array.from({ length: Math.max(0, end - from.place) }, (_, index) => from.place + index);
    const ids = messageIdsOf(campaignId, page, places);
    const found = await messages.findAll([...ids.values()], "a-moment-ago");
    const own = [...ids.values()].flatMap((id) => found.get(id) ?? []);
    const isThrough = end >= page.recipients.length;
    const next = isThrough
      ? firstOf(numbers.find((number) => number > from.page))
      : { page: from.page, place: end };
    return { messages: own.filter(({ campaignPage }) => campaignPage === from.page), next };
  });
}
