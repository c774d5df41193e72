import { offFor } from "../switches/switch.ts";
import type { Campaign } from "./campaign.ts";
import type { CampaignWork } from "./campaign-work.ts";
import { lookMilliseconds } from "./next-look.ts";
import { isSettledPage, type Tally } from "./tally.ts";
import type { CampaignUsing } from "./using.ts";

/** A launch that was begun so long ago and not written down was given up. */
const launchMilliseconds = 3_600_000;

/** Takes up every page that nobody has decided on, or called off, looks at those whose time has come, and sees to it that somebody looks again; after the last one nobody has to. */
export async function startCampaign(
  campaign: Campaign,
  using: Pick<CampaignUsing, "campaigns" | "sendWork" | "switches" | "clock">,
): Promise<void> {
  const { id: campaignId, state } = campaign;
  if (state === "draft") return using.campaigns.forget(campaignId, using.clock.now() - launchMilliseconds);
  if (state !== "launched" && state !== "canceled") return;
  const now = using.clock.now();
  const tallies = await using.campaigns.listTallies(campaignId);
  const left = tallies.filter((tally) => isLeft(tally, campaign));
  const looks = tallies.filter((tally) => !isLeft(tally, campaign) && !isSettledPage(tally));
  const first = Math.min(...left.map(() => now), ...looks.map(({ lookAt = Infinity }) => lookAt));
  if (first === Infinity) return using.campaigns.forget(campaignId);
  // A large campaign takes minutes; nobody looks more often than that.
  await using.campaigns.remind(campaignId, Math.max(now + lookMilliseconds, first));
  const due = looks.filter(({ lookAt = Infinity }) => lookAt <= now);
  await using.sendWork(due.map(({ page }): CampaignWork => ({ do: "look", campaignId, page })));
  const isPaused = offFor(await using.switches(), { campaign: campaignId }) !== undefined;
  if (state === "launched" && isPaused) return;
  const work = state === "launched" ? "expand" : "cancel";
  await using.sendWork(left.map(({ page }) => ({ do: work, campaignId, page })));
}

function isLeft({ decidedAt, canceledAt }: Tally, { state }: Campaign): boolean {
  return (state === "canceled" ? canceledAt : decidedAt) === undefined;
}
