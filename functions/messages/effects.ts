import type { Happening } from "../platform/events.ts";
import type { Message, Status } from "./message.ts";
import { currentAttempt } from "./status.ts";

/** What a change of a message makes known: to the cohort that it waits with and to everyone on the bus. */
export interface Effects {
  /** The instant of the cohort that it joins. */
  readonly movesOnAt?: number;
  readonly happenings: readonly Happening[];
}

/** The effects of a change, told from the message before and after it. */
export function effectsOf(before: Message, after: Message): Effects {
  const status = before.status === after.status ? [] : newsOf(after);
  const wasLate = new Set(before.attempts.filter(({ isLate }) => isLate).map(({ id }) => id));
  const late = after.attempts.filter(({ id, isLate }) => isLate && !wasLate.has(id));
  const lateReceipts = late.map(({ id, channel }): Happening => ({
    name: "message.late-receipt",
    detail: { messageId: after.id, attemptId: id, channel },
  }));
  const { movesOnAt } = after;
  return {
    ...(movesOnAt !== undefined && movesOnAt !== before.movesOnAt && { movesOnAt }),
    happenings: [...status, ...lateReceipts],
  };
}

/** Who sent a message knows that it is on its way: events tell what became of it. */
const onItsWay: ReadonlySet<Status> = new Set<Status>(["accepted", "queued", "sending"]);

/** What there is to say of where a message stands. */
export function newsOf(message: Message): readonly Happening[] {
  return onItsWay.has(message.status) ? [] : [statusOf(message)];
}

/** The event that says where a message stands. */
function statusOf(message: Message): Happening {
  const attempt = currentAttempt(message);
  return {
    name: "message.status",
    detail: {
      messageId: message.id,
      contactId: message.contactId,
      category: message.category,
      ...(message.campaignId && { campaignId: message.campaignId }),
      status: message.status,
      ...(message.reason && { reason: message.reason }),
      ...(attempt && { channel: attempt.channel, senderId: attempt.senderId }),
    },
  };
}
