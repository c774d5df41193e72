import type { Happening } from "../platform/events.ts";
import type { Message, Status } from "./message.ts";
import { currentAttempt, hasNextStep, isFinished } from "./status.ts";

/** What the state machine that waits for this message must hear. */
export type Wake = { readonly taskToken: string; readonly is: "over" | "step-failed" };

/** What a change of a message makes known: to the state machines and to everyone on the bus. */
export interface Effects {
  readonly wake?: Wake;
  /** The instant of the cohort that it joins. */
  readonly movesOnAt?: number;
  readonly happenings: readonly Happening[];
}

const failed: ReadonlySet<string> = new Set(["refused", "failed", "undelivered", "expired"]);

/** The effects of a change, told from the message before and after it. */
export function effectsOf(before: Message, after: Message): Effects {
  const wake = wakeOf(before, after);
  const status = before.status === after.status ? [] : newsOf(after);
  const wasLate = new Set(before.attempts.filter(({ isLate }) => isLate).map(({ id }) => id));
  const late = after.attempts.filter(({ id, isLate }) => isLate && !wasLate.has(id));
  const lateReceipts = late.map(({ id, channel }): Happening => ({
    name: "message.late-receipt",
    detail: { messageId: after.id, attemptId: id, channel },
  }));
  const { movesOnAt } = after;
  return {
    ...(wake && { wake }),
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

function wakeOf(before: Message, after: Message): Wake | undefined {
  const { taskToken } = after;
  if (!taskToken) return undefined;
  const isOver = isFinished(after) || after.confirmedAt !== undefined;
  const wasOver = isFinished(before) || before.confirmedAt !== undefined;
  // A message that waits for its hour is taken up by routing again: the machine has nothing left to time.
  if ((isOver && !wasOver) || (after.status === "held" && before.status !== "held"))
    return { taskToken, is: "over" };
  const [was, is] = [currentAttempt(before), currentAttempt(after)];
  const hasJustFailed =
    is !== undefined && failed.has(is.status) && was?.id === is.id && !failed.has(was.status);
  return hasJustFailed && !isOver && hasNextStep(after) ? { taskToken, is: "step-failed" } : undefined;
}
