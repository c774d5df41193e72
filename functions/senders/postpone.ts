import { postponed } from "../messages/attempt.ts";
import { changeAndTell, type ChangeUsing } from "../messages/change-and-tell.ts";
import type { Message } from "../messages/message.ts";
import { currentAttempt } from "../messages/status.ts";
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

/** Until when and why an attempt is put off, and how far it had come. */
interface Delay {
  readonly from: "queued" | "sending";
  /** Undefined until a switch is lifted. */
  readonly until: number | undefined;
  readonly reason: string;
}
