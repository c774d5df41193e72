import { closedTo, isCarried, storedWithinMilliseconds } from "../messages/carried.ts";
import { effectsOf } from "../messages/effects.ts";
import type { Message } from "../messages/message.ts";
import { changeMessage } from "../messages/message.store.ts";
import { canceled, givenUp, isFinished } from "../messages/status.ts";
import { inLanes } from "../platform/lanes.ts";
import type { Campaign } from "./campaign.ts";
import { changeTally } from "./change.ts";
import { withNextLook } from "./next-look.ts";
import { messageIdsOf } from "./page.ts";
import { counted, foundIn } from "./tally.ts";
import type { CampaignUsing } from "./using.ts";
import { unwritten } from "./write.ts";

/** Messages under way at once. */
const width = 32;

/**
 * Calls off every message of a page that no provider has been given; who has none yet gets none any more. What a queue may
 * carry is stored as called off and the gate closed to it, unless somebody is sending it: that is stored by them.
 */
export async function cancelPage(campaign: Campaign, number: number, using: CampaignUsing): Promise<void> {
  const [page, tally] = await Promise.all([
    using.campaigns.findPage(campaign.id, number),
    using.campaigns.findTally(campaign.id, number),
  ]);
  if (!page) return;
  const ids = messageIdsOf(campaign.id, page);
  const messages = new Map(await using.messages.findAll([...ids.values()], "now"));
  const isBegun = tally?.begunAt !== undefined;
  const unstored = isBegun ? page.recipients.filter((_, place) => !messages.has(ids.get(place) ?? "")) : [];
  const carried = unstored.map((contactId) => ({
    ...unwritten(campaign, contactId, number, using.clock.now()),
    version: 0,
  }));
  const own = [...messages.values()].filter((one) => one.campaignPage === number && !isFinished(one));
  for (const one of await inLanes([...own, ...carried], width, (message) => callOff(message, using)))
    if (one) messages.set(one.id, one);
  await changeTally(using.campaigns, campaign.id, number, (seen) => {
    const now = using.clock.now();
    const called = { ...seen, decidedAt: seen.decidedAt ?? now, canceledAt: now };
    const found = [...ids].map(([place, id]) => [place, foundIn(messages.get(id), called)] as const);
    const next = counted(called, new Map(found), now);
    return withNextLook(next, messages.values(), now, isBegun && messages.size < ids.size);
  });
}

/** The message as it is then; undefined while somebody is sending what nobody has stored. */
async function callOff(message: Message, using: CampaignUsing): Promise<Message | undefined> {
  const taken = isCarried(message) ? await closedTo(message, using) : undefined;
  const now = using.clock.now();
  const isTaken = taken?.is === "repeat";
  if (isTaken && now < taken.claim.at + storedWithinMilliseconds) return undefined;
  // Whoever took it died, and its queue has it no more.
  const change = (seen: Message) =>
    isTaken && isCarried(seen) ? givenUp(seen, "answer-not-kept", now) : canceled(seen, now);
  const changed = await changeMessage(using.messages, message.id, change, message);
  if (changed.is === "missing") return message;
  if (changed.is === "changed") await using.publish(effectsOf(changed.before, changed.message).happenings);
  return changed.message;
}
