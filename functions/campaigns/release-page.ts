import { newsOf } from "../messages/effects.ts";
import type { Message } from "../messages/message.ts";
import { changeMessage } from "../messages/message.store.ts";
import type { Person } from "../messages/people.store.ts";
import { decidedFor } from "../messages/take-in.ts";
import { inLanes } from "../platform/lanes.ts";
import type { Campaign } from "./campaign.ts";
import type { CampaignWork } from "./campaign-work.ts";
import { handTogether } from "./hand-together.ts";
import { messageIdsOf } from "./page.ts";
import type { CampaignUsing } from "./using.ts";

/** Messages under way at once. */
const width = 32;

/** The hour has come for some of a page: decides on them again, together, as routing does on single messages. */
export async function releasePage(
  campaign: Campaign,
  { page: number, who, at }: Extract<CampaignWork, { do: "release" }>,
  using: CampaignUsing,
): Promise<void> {
  const page = await using.campaigns.findPage(campaign.id, number);
  if (!page) return;
  const ids = messageIdsOf(campaign.id, page, who);
  const seen = await using.messages.findAll([...ids.values()], "a-moment-ago");
  const due = [...seen.values()].filter((message) => isHeldUntil(message, using.clock.now()));
  const people = await using.people.find(due.map(({ contactId }) => contactId));
  const decided = await inLanes(due, width, (message) => decideAgain(message, people, using));
  await using.publish(decided.flatMap(newsOf));
  // An earlier run may have died before it handed on what it had decided: that is handed on, too.
  const latest = new Map([...seen, ...decided.map((message) => [message.id, message] as const)]);
  const messages = new Map(
    [...ids].flatMap(([place, id]) => {
      const message = latest.get(id);
      return message?.campaignPage === number ? [[place, message] as const] : [];
    }),
  );
  await handTogether(campaign, { page: number, messages, at }, using);
}

function isHeldUntil({ status, heldUntil, attempts }: Message, now: number): boolean {
  return status === "held" && heldUntil !== undefined && heldUntil <= now && attempts.length === 0;
}

/** One that somebody else has taken up meanwhile stays as they left it. */
async function decideAgain(
  message: Message,
  people: ReadonlyMap<string, Person>,
  using: CampaignUsing,
): Promise<Message> {
  const next = await decidedFor(message, people.get(message.contactId), using);
  const isSeen = (now: Message) => now.version === message.version;
  const change = (now: Message) => (isSeen(now) ? next : undefined);
  const changed = await changeMessage(using.messages, message.id, change, message);
  return changed.is === "missing" ? message : changed.message;
}
