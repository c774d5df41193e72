import { postponed } from "../messages/attempt.ts";
import { changeAndTell, type ChangeUsing } from "../messages/change-and-tell.ts";
import { goesByOf, type Message } from "../messages/message.ts";
import { currentAttempt } from "../messages/status.ts";
import { offFor, waitReason } from "../switches/switch.ts";
import type { DeliverUsing, Due } from "./due.ts";

type PostponeUsing = ChangeUsing & Pick<DeliverUsing, "hold" | "clock">;

/** Puts an attempt off: the message waits until the instant and is then taken up at the same step. */
export async function postpone(
  { message, attempt }: Pick<Due, "message" | "attempt">,
  { from, until, reason }: Delay,
  using: PostponeUsing,
): Promise<void> {
  // Slots fall between milliseconds; messages wait until whole ones.
  const at = until === undefined ? undefined : Math.ceil(until);
  // A second copy of this work may be sending by now: what it holds is not put off.
  const next = (seen: Message) =>
    currentAttempt(seen)?.id === attempt.id && currentAttempt(seen)?.status === from
      ? postponed(seen, attempt.id, at, reason, using.clock.now())
      : undefined;
  await changeAndTell(message.id, next, using);
  if (at !== undefined) await using.hold(message.id, at);
}

/** Puts an attempt off while what it goes by is switched off; false when all switches are on. */
export async function waitsForSwitch(
  due: Pick<Due, "message" | "attempt">,
  from: Delay["from"],
  using: PostponeUsing & Pick<DeliverUsing, "switches">,
): Promise<boolean> {
  const { message, attempt } = due;
  const goesBy = { sender: attempt.senderId, channel: attempt.channel, ...goesByOf(message) };
  const off = offFor(await using.switches(), goesBy);
  if (off) await postpone(due, { from, until: undefined, reason: waitReason(off) }, using);
  return off !== undefined;
}

/** Until when and why an attempt is put off, and how far it had come. */
interface Delay {
  readonly from: "queued" | "sending";
  /** Undefined until a switch is lifted. */
  readonly until: number | undefined;
  readonly reason: string;
}
