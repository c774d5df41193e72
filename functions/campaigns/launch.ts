import type { MediaUsing } from "../messages/media-check.ts";
import type { Clock } from "../platform/clock.ts";
import { Problem } from "../platform/problem.ts";
import type { Template } from "../templates/template.ts";
import type { FindTemplate } from "../templates/template.store.ts";
import { type Campaign, canceled, launched } from "./campaign.ts";
import type { CampaignStore } from "./campaign.store.ts";
import type { SendWork, SendWorkLater } from "./campaign-work.ts";
import { changeCampaign } from "./change.ts";
import { assertFiles } from "./files.ts";

/** What launching and calling off work with. */
export interface LaunchUsing extends MediaUsing {
  readonly campaigns: CampaignStore;
  readonly sendWork: SendWork;
  readonly sendWorkLater: SendWorkLater;
  /** @default no template is known */
  readonly findTemplate?: FindTemplate;
  readonly clock: Clock;
}

/** How long until somebody looks whether a start was heard. */
const lookAfterMilliseconds = 60_000;

/** Launches a campaign now or at its time. What sees to its start is there before the launch is written down: whoever dies in between has promised nothing. */
export async function launch(campaignId: string, using: LaunchUsing): Promise<Campaign> {
  const seen = await using.campaigns.find(campaignId);
  if (!seen) throw new Problem("campaign.not-found");
  if (seen.state === "canceled") throw new Problem("campaign.canceled");
  if (!using.business.categories.some(({ id }) => id === seen.category))
    throw new Problem("category.not-found", [{ field: "category", message: "is not declared any more" }]);
  const tallies = await using.campaigns.listTallies(campaignId);
  if (!tallies.some(({ recipients }) => recipients > 0)) throw new Problem("campaign.empty");
  // A file may be another one than when the campaign was created.
  if (seen.state === "draft")
    await assertFiles(seen, await templateOf(seen, using), "campaign.files-unfit", using);
  const now = using.clock.now();
  const startAt = Math.max(now, seen.startAt ?? now);
  await using.campaigns.remind(campaignId, startAt + lookAfterMilliseconds);
  if (startAt > now) await using.sendWorkLater(`${campaignId}-start`, startAt, { do: "start", campaignId });
  const campaign = await changeCampaign(using.campaigns, campaignId, (one) => launched(one, now));
  if (campaign?.state === "canceled") throw new Problem("campaign.canceled");
  if (campaign?.state === "launched") await using.sendWork([{ do: "start", campaignId }]);
  return campaign ?? seen;
}

async function templateOf(
  { template }: Campaign,
  { findTemplate }: LaunchUsing,
): Promise<Template | undefined> {
  return template && findTemplate?.(template.id, template.version);
}

/** Calls a campaign off: its pages follow one by one. */
export async function callOff(campaignId: string, using: LaunchUsing): Promise<Campaign> {
  const now = using.clock.now();
  await using.campaigns.remind(campaignId, now + lookAfterMilliseconds);
  const campaign = await changeCampaign(using.campaigns, campaignId, (one) => canceled(one, now));
  if (!campaign) {
    await using.campaigns.forget(campaignId);
    throw new Problem("campaign.not-found");
  }
  await using.sendWork([{ do: "start", campaignId }]);
  return campaign;
}
