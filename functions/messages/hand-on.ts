import { isCarried, packed } from "./carried.ts";
import type { Handing, HandToSender } from "./hand-over.ts";
import type { Hold } from "./hold.store.ts";
import type { Message } from "./message.ts";
import { currentAttempt } from "./status.ts";

/** Where a message can be handed on to. */
export interface HandOnUsing {
  readonly handToSender: HandToSender;
  readonly hold: Hold;
  readonly isUrgent: (message: Message) => boolean;
}

/** Hands a message to whatever moves it next, told from where it stands; doing it twice hands it on once. */
export async function handOn(message: Message, using: HandOnUsing): Promise<void> {
  if (message.status === "held" && message.heldUntil !== undefined)
    return using.hold(message.id, message.heldUntil);
  await handQueued(message, using);
}

/** Hands what is decided to its sender, unless somebody has begun it. */
export async function handQueued(message: Message, using: Omit<HandOnUsing, "hold">): Promise<void> {
  if (message.status !== "queued") return;
  const handing = handingOf(message, using.isUrgent);
  if (handing) await using.handToSender(handing.work, handing.to);
}

/** The attempt under way as its sender's queue takes it; undefined when somebody has begun it. */
export function handingOf(message: Message, isUrgent: HandOnUsing["isUrgent"]): Handing | undefined {
  const { id: messageId, contactId } = message;
  const attempt = currentAttempt(message);
  if (attempt?.status !== "queued") return undefined;
  const to = { senderId: attempt.senderId, isUrgent: isUrgent(message), contactId };
  const work = { messageId, attemptId: attempt.id };
  return { work: isCarried(message) ? { ...work, carried: packed(message) } : work, to };
}
