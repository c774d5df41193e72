import type { Message } from "../messages/message.ts";
import { currentAttempt, isFinished } from "../messages/status.ts";
import type { Tally } from "./tally.ts";

/** Nobody looks at a page more often than this. */
export const lookMilliseconds = 15 * 60_000;

/** Whether a message is its page's to look after: it goes on, and the sweeper does not know of it. */
export function isOfPage(message: Message, page: number): boolean {
  return message.campaignPage === page && !isFinished(message) && message.foundAt === undefined;
}

/**
 * A page with the time at which somebody has to look at it again. A message on its way to a provider is looked at after as
 * long as it has been on its way, stored or not, and when it was called off as soon as may be; what a provider has, or waits
 * for its hour, when it is due.
 */
export function withNextLook(
  tally: Tally,
  messages: Iterable<Message>,
  now: number,
  isAnyUnstored = false,
): Tally {
  const { lookAt: _lookAt, ...rest } = tally;
  const looks = [...messages].filter((one) => isOfPage(one, tally.page)).map((one) => lookAt(one, now));
  const { decidedAt = now, canceledAt } = tally;
  if (isAnyUnstored) looks.push(canceledAt === undefined ? now + (now - decidedAt) : now);
  if (looks.length === 0) return rest;
  return { ...rest, lookAt: Math.max(now + lookMilliseconds, Math.min(...looks)) };
}

function lookAt(message: Message, now: number): number {
  const { status, dueAt = now, createdAt } = message;
  if (status === "sent" || status === "held") return dueAt;
  const since = currentAttempt(message)?.queuedAt ?? createdAt;
  return Math.min(dueAt, now + (now - since));
}
