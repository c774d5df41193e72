import type { Gate } from "../consent/gate.ts";
import { asCarried, isCarried } from "../messages/carried.ts";
import { newsOf } from "../messages/effects.ts";
import type { Message } from "../messages/message.ts";
import { takeIn } from "../messages/take-in.ts";
import { inParts } from "../platform/in-parts.ts";
import { inLanes } from "../platform/lanes.ts";
import type { Campaign } from "./campaign.ts";
import { handTogether } from "./hand-together.ts";
import type { Page } from "./page.ts";
import type { CampaignUsing } from "./using.ts";
import { writerFor } from "./write.ts";

/** Messages whose people are read, and which are stored, together. */
const chunkSize = 100;
/** Messages written at once: each may keep a short link. */
const width = 32;

/** Recipients by their places on their page, and when they are decided on together: 0 for the first time. */
interface Some {
  readonly places: readonly number[];
  readonly at: number;
  /** From when on their messages are of use. @default now */
  readonly since?: number | undefined;
}

/**
 * Decides on recipients of a page and hands their messages on; returns these by the places of their recipients. Whoever may
 * be written to now is not stored: the queue of their sender carries the message, and it is stored with what came of it.
 */
export async function takeUp(
  campaign: Campaign,
  page: Page,
  some: Some,
  using: CampaignUsing,
): Promise<ReadonlyMap<number, Message>> {
  const messages = await decideOn(campaign, page, some, using);
  const isOurs = (one: Message) => one.campaignPage === page.number && !isTaken(one);
  const own = new Map([...messages].filter(([, one]) => isOurs(one)));
  await handTogether(campaign, { page: page.number, messages: own, at: some.at }, using);
  await using.publish([...own.values()].flatMap(newsOf));
  return messages;
}

/** Whether somebody is sending it who had it from a queue: there is nothing to hand on. */
function isTaken(message: Message): boolean {
  return isCarried(message) && message.attempts.length === 0;
}

/** People are read once, for what is written to them and for what is decided. */
async function decideOn(
  campaign: Campaign,
  page: Page,
  { places, since }: Some,
  using: CampaignUsing,
): Promise<ReadonlyMap<number, Message>> {
  const write = await writerFor(campaign, using);
  const now = since ?? using.clock.now();
  const messages = new Map<number, Message>();
  for (const chunk of inParts(places, chunkSize)) {
    const contactIds = chunk.flatMap((place) => page.recipients[place] ?? []);
    const found = await using.people.find(contactIds);
    const drafts = await inLanes(contactIds, width, (id) => write(id, found.get(id)?.contact, page, now));
    const carry = (decided: Message, gate: Gate | undefined) => asCarried(decided, gate, using.clock.now());
    const taken = await takeIn(drafts, { ...using, people: { find: async () => found }, carry });
    for (const [index, place] of chunk.entries()) {
      const message = taken[index]?.message;
      if (message) messages.set(place, message);
    }
  }
  return messages;
}
