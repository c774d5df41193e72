import { offFor } from "../switches/switch.ts";
import type { Campaign } from "./campaign.ts";
import type { Tally } from "./tally.ts";
import type { CampaignUsing } from "./using.ts";

/** When somebody looks whether all pages have been taken up: a large campaign takes minutes. */
const lookAgainMilliseconds = 15 * 60_000;
/** A launch that was begun so long ago and not written down was given up. */
const launchMilliseconds = 3_600_000;

/** Takes up every page that nobody has decided on, or called off, and sees to it that somebody looks again; after the last one nobody has to. */
export async function startCampaign(
  campaign: Campaign,
  using: Pick<CampaignUsing, "campaigns" | "sendWork" | "switches" | "clock">,
): Promise<void> {
  const { id: campaignId, state } = campaign;
  if (state === "draft") return using.campaigns.forget(campaignId, using.clock.now() - launchMilliseconds);
  if (state !== "launched" && state !== "canceled") return;
  const left = (await using.campaigns.listTallies(campaignId)).filter((tally) => isLeft(tally, campaign));
  if (left.length === 0) return using.campaigns.forget(campaignId);
  await using.campaigns.remind(campaignId, using.clock.now() + lookAgainMilliseconds);
  const isPaused = offFor(await using.switches(), { campaign: campaignId }) !== undefined;
  if (state === "launched" && isPaused) return;
  const work = state === "launched" ? "expand" : "cancel";
  await using.sendWork(left.map(({ page }) => ({ do: work, campaignId, page })));
}

function isLeft({ decidedAt, canceledAt }: Tally, { state }: Campaign): boolean {
  return (state === "canceled" ? canceledAt : decidedAt) === undefined;
}
