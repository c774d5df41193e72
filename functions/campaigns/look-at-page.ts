import type { Message } from "../messages/message.ts";
import { inItsPlace } from "../messages/message-item.ts";
import { changeMessage } from "../messages/message.store.ts";
import { dueSeconds } from "../messages/status.ts";
import { inLanes } from "../platform/lanes.ts";
import { log } from "../platform/log.ts";
import { offFor } from "../switches/switch.ts";
import type { Campaign } from "./campaign.ts";
import { cancelPage } from "./cancel-page.ts";
import { countedThrough } from "./count-page.ts";
import { isOfPage, withNextLook } from "./next-look.ts";
import { takeUp } from "./take-up.ts";
import type { Tally } from "./tally.ts";
import type { CampaignUsing } from "./using.ts";

/** Messages under way at once. */
const width = 32;

/**
 * Looks whether the messages of a page go on, all at once. One that has come to a stop gets its place in the index of due
 * messages, where the sweeper finds it within a minute; all others never stood there. One that nobody has stored for hours
 * is decided on again: should its queue still carry it, whoever comes second finds it begun.
 */
export async function lookAtPage(campaign: Campaign, page: number, using: CampaignUsing): Promise<void> {
  const { id: campaignId } = campaign;
  const tally = await using.campaigns.findTally(campaignId, page);
  if (tally?.decidedAt === undefined) return;
  const { next, messages, unstored } = await countedThrough(campaignId, tally, false, using);
  const now = using.clock.now();
  const isStuck = (message: Message) => isOfPage(message, page) && (message.dueAt ?? Infinity) <= now;
  const count = messages.filter(isStuck).length;
  if (count > 0) log.info("campaign-page-stuck", { campaignId, page, count });
  const place = (seen: Message) => (isStuck(seen) ? inItsPlace(seen) : undefined);
  const latest = await inLanes(messages, width, async (message) => {
    if (!isStuck(message)) return message;
    const changed = await changeMessage(using.messages, message.id, place, message);
    return changed.is === "missing" ? message : changed.message;
  });
  if (campaign.state === "canceled" && unstored.length > 0) return cancelPage(campaign, page, using);
  const isLost = unstored.length > 0 && isOverdue(tally, now);
  const isAgain = isLost && offFor(await using.switches(), { campaign: campaignId }) === undefined;
  if (isAgain) await decideAgain(campaign, tally, unstored, using);
  const looked = isAgain ? { ...next, againAt: now } : next;
  // Somebody who counted at the same time has counted the same, and the page is looked at again.
  await using.campaigns.replaceTally(campaignId, withNextLook(looked, latest, now, unstored.length > 0));
}

/** Whether those whom nobody has stored have waited for as long as a backlog may take, and the next time for twice as long. */
function isOverdue({ decidedAt = Infinity, againAt = decidedAt }: Tally, now: number): boolean {
  return now >= againAt + Math.max(dueSeconds.queuedInCampaign * 1000, againAt - decidedAt);
}

async function decideAgain(
  campaign: Campaign,
  { page: number, decidedAt }: Tally,
  places: readonly number[],
  using: CampaignUsing,
): Promise<void> {
  const page = await using.campaigns.findPage(campaign.id, number);
  if (!page) return;
  log.info("campaign-page-unstored", { campaignId: campaign.id, page: number, count: places.length });
  // Their time runs from when they were decided on first.
  await takeUp(campaign, page, { places, at: using.clock.now(), since: decidedAt }, using);
}
