import { goesOver } from "../messages/category.ts";
import { categoryOf } from "../messages/category-of.ts";
import { type Circuit, circuitReason } from "../switches/circuit.ts";
import type { DeliverUsing, Due } from "./due.ts";
import { postpone } from "./postpone.ts";

/** The clock of whoever routes may be behind ours. */
const clocksDiffer = 5_000;

/**
 * The provider is out and nothing was sent. What cannot wait goes back to routing at once, which takes another sender for the
 * same step; everything else waits until the circuit closes.
 */
export async function standAside(
  one: Pick<Due, "message" | "attempt">,
  circuit: Pick<Circuit, "connection">,
  from: "queued" | "sending",
  using: DeliverUsing,
): Promise<void> {
  const { message } = one;
  const category = categoryOf(using.business, message);
  const reason = circuitReason(circuit);
  // An answer to a keyword comes from the number that was written to, or not at all.
  if (!category || message.replyTo || !goesOver(category))
    return postpone(one, { from, until: undefined, reason }, using);
  const until = using.clock.now() - clocksDiffer;
  return postpone(one, { from, until, reason }, { ...using, hold: using.sendToIntake });
}
