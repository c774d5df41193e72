import type { Message } from "../messages/message.ts";
import { handAllOn } from "../messages/take-in.ts";
import type { Campaign } from "./campaign.ts";
import type { CampaignUsing } from "./using.ts";

/** Messages of a page by the places of their recipients, and when they were decided together: 0 for the first time. */
export interface Together {
  readonly page: number;
  readonly messages: ReadonlyMap<number, Message>;
  readonly at: number;
}

/** Hands messages on: those that wait for the same hour have one schedule, everybody else goes as single messages do. */
export async function handTogether(
  { id: campaignId }: Campaign,
  { page, messages, at }: Together,
  using: CampaignUsing,
): Promise<void> {
  const isHeld = ({ status, heldUntil, attempts }: Message) =>
    status === "held" && heldUntil !== undefined && attempts.length === 0;
  const [held, others] = [
    [...messages].filter(([, one]) => isHeld(one)),
    [...messages.values()].filter((one) => !isHeld(one)),
  ];
  await handAllOn(others, using);
  for (const [until = 0, some] of Map.groupBy(held, ([, one]) => one.heldUntil)) {
    const who = some.map(([place]) => place);
    // Later decisions may come to the same hour for others of the page: the name says which decision it was.
    const name = `${campaignId}-${page}-${until}-${at}`;
    await using.sendWorkLater(name, until, { do: "release", campaignId, page, at: until, who });
  }
}
