import type { Message } from "../messages/message.ts";
import { inItsPlace } from "../messages/message-item.ts";
import { changeMessage } from "../messages/message.store.ts";
import { inLanes } from "../platform/lanes.ts";
import { log } from "../platform/log.ts";
import { countedThrough, type CountUsing } from "./count-page.ts";
import { isOfPage, withNextLook } from "./next-look.ts";
import type { CampaignUsing } from "./using.ts";

/** What looking at a page works with. */
export interface LookUsing extends CountUsing {
  readonly messages: Pick<CampaignUsing["messages"], "find" | "findAll" | "replace">;
}

/** Messages under way at once. */
const width = 32;

/**
 * Looks whether the messages of a page go on, all at once. One that has come to a stop gets its place in the index of due
 * messages, where the sweeper finds it within a minute; all others never stood there.
 */
export async function lookAtPage(campaignId: string, page: number, using: LookUsing): Promise<void> {
  const tally = await using.campaigns.findTally(campaignId, page);
  if (tally?.decidedAt === undefined) return;
  const { next, messages } = await countedThrough(campaignId, tally, false, using);
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
  // Somebody who counted at the same time has counted the same, and the page is looked at again.
  await using.campaigns.replaceTally(campaignId, withNextLook(next, latest, now));
}
