import type { Message } from "../messages/message.ts";
import { isFinished } from "../messages/status.ts";
import type { Tally } from "./tally.ts";

/** Nobody looks at a page more often than this. */
export const lookMilliseconds = 15 * 60_000;

/** Whether a message is its page's to look after: it goes on, and the sweeper does not know of it. */
export function isOfPage(message: Message, page: number): boolean {
  return message.campaignPage === page && !isFinished(message) && message.foundAt === undefined;
}

/**
 * A page with the time at which somebody has to look at it again. While messages are on their way to a provider that is
 * after as long as the page has been under way; what a provider has, or waits for its hour, is looked at when it is due.
 */
export function withNextLook(tally: Tally, messages: Iterable<Message>, now: number): Tally {
  const { lookAt: _lookAt, ...rest } = tally;
  const age = now - (tally.decidedAt ?? now);
  const looks = [...messages]
    .filter((one) => isOfPage(one, tally.page))
    .map(({ status, dueAt = now }) =>
      status === "sent" || status === "held" ? dueAt : Math.min(dueAt, now + age),
    );
  // Whose message a copy of a moment ago did not know.
  if (tally.moving.waiting) looks.push(now);
  if (looks.length === 0) return rest;
  return { ...rest, lookAt: Math.max(now + lookMilliseconds, Math.min(...looks)) };
}
