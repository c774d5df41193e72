import type { SendWork } from "./campaign-work.ts";
import { countPage, type CountUsing } from "./count-page.ts";
import { isSettledPage, type Tally } from "./tally.ts";

/** Pages that are counted while the caller waits. */
const pagesAtOnce = 10;
/** A count this young is as good as new. */
const freshMilliseconds = 10_000;
/** The others are counted by themselves when they are older than this. */
const staleMilliseconds = 60_000;

/** The counts of a campaign, as good as new: some pages are counted here, and of a large campaign the others a moment later. */
export async function countCampaign(
  campaignId: string,
  using: CountUsing & { readonly sendWork: SendWork },
): Promise<readonly Tally[]> {
  const tallies = await using.campaigns.listTallies(campaignId);
  const now = using.clock.now();
  const open = tallies
    .filter(
      (one) => one.decidedAt !== undefined && !isSettledPage(one) && one.countedAt + freshMilliseconds <= now,
    )
    .toSorted((one, other) => one.countedAt - other.countedAt);
  const [here, elsewhere] = [open.slice(0, pagesAtOnce), open.slice(pagesAtOnce)];
  const stale = elsewhere.filter(({ countedAt }) => countedAt + staleMilliseconds <= now);
  await using.sendWork(stale.map(({ page }) => ({ do: "count", campaignId, page, isFull: false })));
  const counted = await Promise.all(here.map((tally) => countPage(campaignId, tally, false, using)));
  const byPage = new Map(counted.map((tally) => [tally.page, tally]));
  return tallies.map((tally) => byPage.get(tally.page) ?? tally);
}

/** Has all pages counted from the start: proof that comes late changes how a message ended. */
export async function recountCampaign(
  campaignId: string,
  using: Pick<CountUsing, "campaigns"> & { readonly sendWork: SendWork },
): Promise<readonly Tally[]> {
  const tallies = await using.campaigns.listTallies(campaignId);
  await using.sendWork(tallies.map(({ page }) => ({ do: "count", campaignId, page, isFull: true })));
  return tallies;
}
