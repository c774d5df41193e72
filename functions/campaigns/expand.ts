import { newsOf } from "../messages/effects.ts";
import { type TakenIn, takeIn } from "../messages/take-in.ts";
import { inParts } from "../platform/in-parts.ts";
import { inLanes } from "../platform/lanes.ts";
import { log } from "../platform/log.ts";
import { offFor } from "../switches/switch.ts";
import type { Campaign } from "./campaign.ts";
import { cancelPage } from "./cancel-page.ts";
import { changeTally } from "./change.ts";
import { handTogether } from "./hand-together.ts";
import { withNextLook } from "./next-look.ts";
import type { Page } from "./page.ts";
import { counted, foundIn } from "./tally.ts";
import type { CampaignUsing } from "./using.ts";
import { writerFor } from "./write.ts";

/** Messages whose people are read, and which are stored, together. */
const chunkSize = 100;
/** Messages written at once: each may keep a short link. */
const width = 32;

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
  const taken = await takeInAll(campaign, page, using);
  const messages = new Map(taken.map(({ message }, place) => [place, message] as const));
  const own = new Map([...messages].filter(([, message]) => message.campaignPage === number));
  await handTogether(campaign, { page: number, messages: own, at: 0 }, using);
  await using.publish([...own.values()].flatMap(newsOf));
  await changeTally(using.campaigns, campaign.id, number, (seen) => {
    if (seen.decidedAt !== undefined) return seen;
    const now = using.clock.now();
    const found = [...messages].map(
      ([place, message]) => [place, foundIn(message, number, "waiting")] as const,
    );
    return withNextLook({ ...counted(seen, new Map(found), now), decidedAt: now }, messages.values(), now);
  });
  // Whoever called it off meanwhile may have come by before these messages were there.
  const latest = await using.campaigns.find(campaign.id);
  if (latest?.state === "canceled") await cancelPage(latest, number, using);
}

/** People are read once, for what is written to them and for what is decided. */
async function takeInAll(campaign: Campaign, page: Page, using: CampaignUsing): Promise<readonly TakenIn[]> {
  const write = await writerFor(campaign, using);
  const now = using.clock.now();
  const taken: TakenIn[] = [];
  for (const chunk of inParts(page.recipients, chunkSize)) {
    const found = await using.people.find(chunk);
    const drafts = await inLanes(chunk, width, (id) => write(id, found.get(id)?.contact, page, now));
    taken.push(...(await takeIn(drafts, { ...using, people: { find: async () => found } })));
  }
  return taken;
}
