import { log } from "../platform/log.ts";
import { type Campaign, launched } from "./campaign.ts";
import type { CampaignWork } from "./campaign-work.ts";
import { cancelPage } from "./cancel-page.ts";
import { changeCampaign } from "./change.ts";
import { countPage } from "./count-page.ts";
import { expandPage } from "./expand.ts";
import { lookAtPage } from "./look-at-page.ts";
import { releasePage } from "./release-page.ts";
import { startCampaign } from "./start.ts";
import type { CampaignUsing } from "./using.ts";

/** Does what the campaigns' queue asks for; all of it may be asked again, late or out of order. */
export async function workOn(work: CampaignWork, using: CampaignUsing): Promise<void> {
  // A campaign may be asked for its first page before its start was written down: its time is its own word.
  const campaign = await changeCampaign(using.campaigns, work.campaignId, (seen) =>
    seen.state === "scheduled" ? launched(seen, using.clock.now()) : seen,
  );
  if (!campaign) return log.warn("campaign-missing", { campaignId: work.campaignId });
  await toDo[work.do](campaign, work as never, using);
}

type Doing<D extends CampaignWork["do"]> = (
  campaign: Campaign,
  work: Extract<CampaignWork, { do: D }>,
  using: CampaignUsing,
) => Promise<void>;

const toDo: { readonly [D in CampaignWork["do"]]: Doing<D> } = {
  start: (campaign, _work, using) => startCampaign(campaign, using),
  expand: (campaign, { page }, using) => expandPage(campaign, page, using),
  release: releasePage,
  look: (campaign, { page }, using) => lookAtPage(campaign, page, using),
  cancel: (campaign, { page }, using) => cancelPage(campaign, page, using),
  count: async ({ id }, { page, isFull }, using) => {
    const tally = await using.campaigns.findTally(id, page);
    if (tally) await countPage(id, tally, isFull, using);
  },
};
