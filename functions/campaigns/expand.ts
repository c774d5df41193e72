import { log } from "../platform/log.ts";
import { offFor } from "../switches/switch.ts";
import type { Campaign } from "./campaign.ts";
import { cancelPage } from "./cancel-page.ts";
import { changeTally } from "./change.ts";
import { withNextLook } from "./next-look.ts";
import { takeUp } from "./take-up.ts";
import { counted, foundIn } from "./tally.ts";
import type { CampaignUsing } from "./using.ts";

/**
 * Decides on everybody of a page. Each has one message whose name follows from the campaign and the contact, so it does
 * not matter how often a page is run or where a run died: what is there is left, what is missing is made.
 */
export async function expandPage(campaign: Campaign, number: number, using: CampaignUsing): Promise<void> {
  if (campaign.state === "canceled") return cancelPage(campaign, number, using);
  if (campaign.state !== "launched") return log.warn("campaign-not-launched", { campaignId: campaign.id });
  const [page, tally, board] = await Promise.all([
    using.campaigns.findPage(campaign.id, number),
    using.campaigns.findTally(campaign.id, number),
    using.switches(),
  ]);
  if (!page || !tally) return log.warn("page-missing", { campaignId: campaign.id, page: number });
  // While it is paused nothing is decided that would only have to wait; going on takes the page up again.
  if (tally.decidedAt !== undefined || offFor(board, { campaign: campaign.id })) return;
  // From here on queues may carry what nobody has stored: whoever calls the campaign off has to know.
  if (tally.begunAt === undefined)
    await changeTally(using.campaigns, campaign.id, number, (seen) => ({
      ...seen,
      begunAt: seen.begunAt ?? using.clock.now(),
    }));
  const messages = await takeUp(campaign, page, { places: [...page.recipients.keys()], at: 0 }, using);
  await changeTally(using.campaigns, campaign.id, number, (seen) => {
    if (seen.decidedAt !== undefined) return seen;
    const now = using.clock.now();
    const found = [...messages].map(([place, message]) => [place, foundIn(message, seen)] as const);
    return withNextLook({ ...counted(seen, new Map(found), now), decidedAt: now }, messages.values(), now);
  });
  // Whoever called it off meanwhile may have come by before these messages were there.
  const latest = await using.campaigns.find(campaign.id);
  if (latest?.state === "canceled") await cancelPage(latest, number, using);
}
