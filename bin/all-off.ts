import type { Business } from "../functions/business/business.ts";
import { isDeclared } from "../functions/switches/switch.ts";
import { turnOff, type TurnUsing } from "../functions/switches/turn.ts";

/** What switching everything off works with; nobody has to hear of it: nothing runs yet. */
export type OffUsing = Pick<TurnUsing, "switches">;

/** The channels that a business sends on. */
export function channelsOf({ senders }: Pick<Business, "senders">): readonly string[] {
  return [...new Set(senders.flatMap(({ channels }) => channels))];
}

/** Switches channels off before restored messages can go anywhere. */
export async function switchAllOff(channels: readonly string[], using: OffUsing, at: number): Promise<void> {
  const declared = { senders: [], categories: [] };
  const publish = async () => undefined;
  for (const id of channels.filter((channel) => isDeclared("channel", channel, declared)))
    await turnOff({ scope: "channel", id, by: "restore", at }, "restored: look before you lift", {
      ...using,
      declared,
      publish,
    });
}
