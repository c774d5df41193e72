import * as z from "zod/mini";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { effectsOf } from "./effects.ts";
import { handAttempt, type HandOnUsing } from "./hand-on.ts";
import type { Machine } from "./machine.store.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import { hasNextStep, type StepStart, startStep } from "./status.ts";

/** What the state machine asks for: start this step, and keep the token that ends its wait. */
export const StepRequest = z.object({
  messageId: z.string().check(z.startsWith("msg_")),
  step: z.int().check(z.minimum(0)),
  taskToken: z.string().check(z.minLength(1)),
});
/** What the state machine asks for. */
export type StepRequest = z.infer<typeof StepRequest>;

/** What starting a step works with. */
export interface FailoverUsing extends Pick<HandOnUsing, "handToSender" | "isUrgent"> {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly machine: Pick<Machine, "wake">;
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
  await handAttempt(changed.message, using);
  // Nothing follows the last step, so nobody needs to wait for it.
  if (!hasNextStep(changed.message)) await using.machine.wake({ taskToken, is: "over" });
}
