import * as z from "zod";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { effectsOf } from "./effects.ts";
import type { HandToSender } from "./hand-over.ts";
import type { Machine } from "./machine.store.ts";
import type { Message } from "./message.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import { hasNextStep, type StepStart, startStep } from "./status.ts";

/** What the state machine asks for: start this step, and keep the token that ends its wait. */
export const StepRequest = z.object({
  messageId: z.string().startsWith("msg_"),
  step: z.number().int().min(0),
  taskToken: z.string().min(1),
});
/** What the state machine asks for. */
export type StepRequest = z.infer<typeof StepRequest>;

/** What starting a step works with. */
export interface FailoverUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly handToSender: HandToSender;
  readonly machine: Pick<Machine, "wake">;
  readonly isUrgent: (message: Message) => boolean;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Starts a step unless the person has the message by now; the message itself is the referee. */
export async function failover(
  { messageId, step, taskToken }: StepRequest,
  using: FailoverUsing,
): Promise<void> {
  const now = using.clock.now();
  let start: StepStart | undefined;
  const changed = await changeMessage(using.messages, messageId, (message) => {
    start = startStep(message, step, now, taskToken);
    return start.message;
  });
  const isOver = changed.is === "missing" || !start || start.is === "not-needed";
  if (isOver) return using.machine.wake({ taskToken, is: "over" });
  if (changed.is === "changed") await using.publish(effectsOf(changed.before, changed.message).happenings);
  await handToSender(changed.message, using);
  // Nothing follows the last step, so nobody needs to wait for it.
  if (!hasNextStep(changed.message)) await using.machine.wake({ taskToken, is: "over" });
}

async function handToSender(message: Message, using: FailoverUsing): Promise<void> {
  const attempt = message.attempts.at(-1);
  if (attempt?.status !== "queued") return;
  const to = { senderId: attempt.senderId, isUrgent: using.isUrgent(message), contactId: message.contactId };
  await using.handToSender({ messageId: message.id, attemptId: attempt.id }, to);
}
