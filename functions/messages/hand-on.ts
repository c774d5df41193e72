import type { Handing, HandToSender } from "./hand-over.ts";
import type { Hold } from "./hold.store.ts";
import type { Machine } from "./machine.store.ts";
import { type Message, numberOf } from "./message.ts";
import { currentAttempt, hasNextStep, isInCohort } from "./status.ts";

/** Where a message can be handed on to. */
export interface HandOnUsing {
  readonly handToSender: HandToSender;
  readonly machine: Pick<Machine, "start">;
  readonly hold: Hold;
  readonly isUrgent: (message: Message) => boolean;
}

/** Hands a message to whatever moves it next, told from where it stands; doing it twice hands it on once. */
export async function handOn(message: Message, using: HandOnUsing): Promise<void> {
  if (message.status === "held" && message.heldUntil !== undefined)
    return using.hold(message.id, message.heldUntil);
  await handQueued(message, using);
}

/** Hands what is decided to its sender, or has a machine start its steps. */
export async function handQueued(message: Message, using: Omit<HandOnUsing, "hold">): Promise<void> {
  if (message.status !== "queued" || !message.plan) return;
  if (message.step === -1) return using.machine.start(executionName(message), machineInput(message));
  await handAttempt(message, using);
}

/** Hands the attempt under way to its sender, unless somebody has begun it. */
export async function handAttempt(
  message: Message,
  using: Pick<HandOnUsing, "handToSender" | "isUrgent">,
): Promise<void> {
  const handing = handingOf(message, using.isUrgent);
  if (handing) await using.handToSender(handing.work, handing.to);
}

/** The attempt under way as its sender's queue takes it; undefined when somebody has begun it. */
export function handingOf(message: Message, isUrgent: HandOnUsing["isUrgent"]): Handing | undefined {
  const { id: messageId, contactId } = message;
  const attempt = currentAttempt(message);
  if (attempt?.status !== "queued") return undefined;
  const to = { senderId: attempt.senderId, isUrgent: isUrgent(message), contactId };
  return { work: { messageId, attemptId: attempt.id }, to };
}

/** Hands on a step that was taken up outside its state machine, and has a new one wait for it if more steps follow. */
export async function handOnAndWait(message: Message, using: HandOnUsing): Promise<void> {
  await handOn(message, using);
  const isWaiting = message.status === "queued" && message.step >= 0 && hasNextStep(message);
  if (isWaiting && !isInCohort(message))
    await using.machine.start(executionName(message), machineInput(message));
}

/** One execution per stretch of attempts: a message that was held in between starts a new one. */
function executionName(message: Message): string {
  const attempt = message.step === -1 ? undefined : currentAttempt(message);
  return `${message.id}-${attempt ? numberOf(attempt.id) : 0}`;
}

/** Ids and seconds only: the machine's history is not a place for personal data. */
function machineInput(message: Message): { messageId: string; first: number; waits: readonly number[] } {
  const waits = message.plan?.steps.map(({ waitSeconds }) => waitSeconds) ?? [];
  return { messageId: message.id, first: Math.max(0, message.step), waits };
}
