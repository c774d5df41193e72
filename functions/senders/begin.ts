import { isStartedAt, isToldByReceipt, startAttempt } from "../messages/attempt.ts";
import { isCarried } from "../messages/carried.ts";
import type { Message } from "../messages/message.ts";
import { changeMessage } from "../messages/message.store.ts";
import type { Provider } from "../providers/provider.ts";
import type { BatchUsing, Due } from "./due.ts";

/**
 * Says that the attempt is under way; undefined when it is not to be made after all. Of a message that its queue carried
 * only this run knows so far: the gate orders it against everybody else.
 */
export async function begin(due: Due, startedAt: number, using: BatchUsing): Promise<Message | undefined> {
  if (!isCarried(due.message)) return written(due, startedAt, using);
  const started = startAttempt(due.message, due.attempt.id, startedAt, due.segments);
  if (started) using.messages.remember(started);
  return started;
}

/** Whether what the provider answers is left to its receipt: only where it can be asked about one that never comes. */
export function isLeftToReceipt(started: Message, { find }: Provider, now: number): boolean {
  return find !== undefined && isToldByReceipt(started, now);
}

/** The message as it stands for the call: stored, where a receipt may be the next that is written. Undefined when somebody else was first. */
export async function readyForCall(
  due: Due,
  started: Message,
  startedAt: number,
  provider: Provider,
  using: BatchUsing,
): Promise<Message | undefined> {
  const isNext = isLeftToReceipt(started, provider, using.clock.now());
  return isCarried(started) && isNext ? written(due, startedAt, using) : started;
}

async function written(due: Due, startedAt: number, using: BatchUsing): Promise<Message | undefined> {
  const { message, attempt, segments } = due;
  const start = (seen: Message) => startAttempt(seen, attempt.id, startedAt, segments);
  const started = await changeMessage(using.messages, message.id, start, message);
  if (started.is === "changed") return started.message;
  // Our own write, whose confirmation was lost: should it be another's of the same moment, the gate tells them apart.
  const isOurs = started.is === "unchanged" && isStartedAt(started.message, attempt.id, startedAt);
  return isOurs ? started.message : undefined;
}
