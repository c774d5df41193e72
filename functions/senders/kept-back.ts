import { goesByOf } from "../messages/message.ts";
import { shutFor } from "../switches/circuit.ts";
import { offFor, waitReason } from "../switches/switch.ts";
import type { DeliverUsing, Due } from "./due.ts";
import { postpone } from "./postpone.ts";
import { standAside } from "./stand-aside.ts";

/** Puts an attempt off while what it goes by is switched off, or its provider is out; false when it may go on. */
export async function isKeptBack(
  { message, attempt, sender }: Pick<Due, "message" | "attempt" | "sender">,
  from: "queued" | "sending",
  using: DeliverUsing,
): Promise<boolean> {
  const board = await using.switches();
  const goesBy = { sender: attempt.senderId, channel: attempt.channel, ...goesByOf(message) };
  const off = offFor(board, goesBy);
  const shut = shutFor(board, sender.connection);
  if (off) await postpone({ message, attempt }, { from, until: undefined, reason: waitReason(off) }, using);
  else if (shut) await standAside({ message, attempt }, shut, from, using);
  return off !== undefined || shut !== undefined;
}
