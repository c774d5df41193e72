import { effectsOf } from "../messages/effects.ts";
import type { Message } from "../messages/message.ts";
import { changeMessage } from "../messages/message.store.ts";
import { canceled, isFinished } from "../messages/status.ts";
import { inLanes } from "../platform/lanes.ts";
import type { Campaign } from "./campaign.ts";
import { changeTally } from "./change.ts";
import { withNextLook } from "./next-look.ts";
import { messageIdFor, messageIdsOf, type Page } from "./page.ts";
import { counted, foundIn } from "./tally.ts";
import type { CampaignUsing } from "./using.ts";
import { unwritten } from "./write.ts";

/** Messages under way at once. */
const width = 32;

/**
 * Calls off every message of a page that no provider has been given; who has none yet gets none any more. What a queue may
 * carry is stored as called off, so that whoever comes to begin it finds it there.
 */
export async function cancelPage(campaign: Campaign, number: number, using: CampaignUsing): Promise<void> {
  const [page, tally] = await Promise.all([
    using.campaigns.findPage(campaign.id, number),
    using.campaigns.findTally(campaign.id, number),
  ]);
  if (!page) return;
  const ids = messageIdsOf(campaign.id, page);
  const stored = await using.messages.findAll([...ids.values()], "now");
  const carried = tally?.begunAt === undefined ? [] : carriedOf(campaign, page, stored, using);
  const messages = new Map([...carried, ...stored]);
  const own = [...messages.values()].filter((one) => one.campaignPage === number && !isFinished(one));
  for (const one of await inLanes(own, width, (message) => callOff(message, using)))
    messages.set(one.id, one);
  await changeTally(using.campaigns, campaign.id, number, (seen) => {
    const now = using.clock.now();
    const found = [...ids].map(
      ([place, id]) => [place, foundIn(messages.get(id), number, "canceled")] as const,
    );
    const next = { ...counted(seen, new Map(found), now), decidedAt: seen.decidedAt ?? now, canceledAt: now };
    return withNextLook(next, messages.values(), now);
  });
}

/** What stands for those whom nobody has stored. */
function carriedOf(
  campaign: Campaign,
  { number, recipients }: Page,
  stored: ReadonlyMap<string, Message>,
  { clock }: CampaignUsing,
): ReadonlyMap<string, Message> {
  const left = recipients.filter((contactId) => !stored.has(messageIdFor(campaign.id, contactId)));
  const drafts = left.map((contactId) => unwritten(campaign, contactId, number, clock.now()));
  return new Map(drafts.map((draft) => [draft.id, { ...draft, version: 0 }]));
}

async function callOff(message: Message, using: CampaignUsing): Promise<Message> {
  const change = (seen: Message) => canceled(seen, using.clock.now());
  const changed = await changeMessage(using.messages, message.id, change, message);
  if (changed.is === "missing") return message;
  if (changed.is === "changed") await using.publish(effectsOf(changed.before, changed.message).happenings);
  return changed.message;
}
