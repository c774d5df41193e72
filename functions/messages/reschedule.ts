import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { Problem } from "../platform/problem.ts";
import { effectsOf } from "./effects.ts";
import type { SendToIntake } from "./intake.store.ts";
import type { Message } from "./message.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import { held } from "./status.ts";

/** What rescheduling works with. */
export interface RescheduleUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly sendToIntake: SendToIntake;
  readonly publish: Publish;
}

/** When a message shall go instead. */
export interface OtherTime {
  readonly sendAt: number;
  /** @default as long after it as before */
  readonly expiresAt?: number | undefined;
}

/** Gives a message that still waits for its time another one; what is on its way already is too late. */
export async function reschedule(
  messageId: string,
  time: OtherTime,
  now: number,
  using: RescheduleUsing,
): Promise<Message> {
  const changed = await changeMessage(using.messages, messageId, (message) =>
    rescheduled(message, time, now),
  );
  if (changed.is === "missing") throw new Problem("message.not-found");
  if (changed.is === "unchanged") throw new Problem("message.too-late");
  await using.publish(effectsOf(changed.before, changed.message).happenings);
  try {
    await using.sendToIntake(messageId);
  } catch (error) {
    // It says when it is due: the sweeper finds it.
    log.error("intake-failed", error, { messageId });
  }
  return changed.message;
}

/** The message held until its other time; undefined when it does not wait for its time any more. Everything is asked again then. */
export function rescheduled(
  message: Message,
  { sendAt, expiresAt }: OtherTime,
  now: number,
): Message | undefined {
  if (message.status !== "held" && message.status !== "accepted") return undefined;
  const start = Math.max(message.createdAt, message.sendAt ?? 0);
  const end = expiresAt ?? sendAt + Math.max(0, message.expiresAt - start);
  return held({ ...message, sendAt, expiresAt: end }, sendAt, "send-at", now);
}
