import type { Campaign } from "./campaign.ts";
import type { CampaignStore } from "./campaign.store.ts";
import type { Tally } from "./tally.ts";

const triesLimit = 10;

/** Decides a campaign's next version and writes it, again from a fresh look when somebody else was quicker; undefined when there is none. */
export async function changeCampaign(
  store: Pick<CampaignStore, "find" | "replace">,
  campaignId: string,
  change: (campaign: Campaign) => Campaign,
): Promise<Campaign | undefined> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const seen = await store.find(campaignId);
    const next = seen && change(seen);
    if (!next || next === seen) return seen;
    if (await store.replace(next, seen)) return { ...next, version: seen.version + 1 };
  }
  throw new Error(`Campaign ${campaignId} changed ${triesLimit} times while we looked`);
}

/** Decides the next count of a page and writes it, again from a fresh look when somebody else was quicker. */
export async function changeTally(
  store: Pick<CampaignStore, "findTally" | "replaceTally">,
  campaignId: string,
  page: number,
  change: (tally: Tally) => Tally,
): Promise<void> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const seen = await store.findTally(campaignId, page);
    if (!seen || (await store.replaceTally(campaignId, change(seen)))) return;
  }
  throw new Error(`The count of page ${page} of ${campaignId} changed ${triesLimit} times while we looked`);
}
