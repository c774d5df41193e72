import { postponed } from "../messages/attempt.ts";
import { changeAndTell, type ChangeUsing } from "../messages/change-and-tell.ts";
import { type Attempt, type Message, numberOf } from "../messages/message.ts";
import { currentAttempt } from "../messages/status.ts";
import type { SendResult } from "../providers/provider.ts";
import type { DeliverUsing, Due } from "./due.ts";
import { giveBack } from "./enter.ts";

/** How long a message waits outside, at least. */
const busyPauseMilliseconds = 60_000;
/** And at most, however often it was put off. */
const longestPauseMilliseconds = 15 * 60_000;

/** No slot in time: the attempt leaves the gate and the message waits outside. */
export async function putOff(
  due: Due,
  why: { readonly until: number | undefined; readonly reason: string },
  using: DeliverUsing,
): Promise<void> {
  await giveBack(due, using);
  const until = untilOf(due.attempt, why.until, using.clock.now());
  await postpone(due, { from: "sending", until, reason: why.reason }, using);
}

/** The message waits a minute or longer without holding a lane. */
export async function waitOutside(
  due: Due,
  busy: Extract<SendResult, { is: "busy" }>,
  using: DeliverUsing,
): Promise<void> {
  const pause = Math.max(busyPauseMilliseconds, busy.retryAfterSeconds * 1000);
  await postpone(due, { from: "sending", until: using.clock.now() + pause, reason: busy.reason }, using);
}

/** Puts an attempt off: the message waits until the instant and is then taken up at the same step. */
export async function postpone(
  { message, attempt }: Pick<Due, "message" | "attempt">,
  { from, until, reason }: Delay,
  using: ChangeUsing & Pick<DeliverUsing, "hold" | "clock">,
): Promise<void> {
  // Slots fall between milliseconds; messages wait until whole ones.
  const at = Math.ceil(until);
  // A second copy of this work may be sending by now: what it holds is not put off.
  const next = (seen: Message) =>
    currentAttempt(seen)?.id === attempt.id && currentAttempt(seen)?.status === from
      ? postponed(seen, attempt.id, at, reason, using.clock.now())
      : undefined;
  await changeAndTell(message.id, next, using);
  await using.hold(message.id, at);
}

/** Until when and why an attempt is put off, and how far it had come. */
interface Delay {
  readonly from: "queued" | "sending";
  readonly until: number;
  readonly reason: string;
}

/** When nobody knows for how long: the oftener a message was put off, the longer until it is looked at again. */
export function untilOf({ id }: Pick<Attempt, "id">, until: number | undefined, now: number): number {
  return until ?? now + Math.min(longestPauseMilliseconds, busyPauseMilliseconds * numberOf(id));
}
