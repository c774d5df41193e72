import type { Publish } from "../platform/events.ts";
import { Problem } from "../platform/problem.ts";
import { effectsOf } from "./effects.ts";
import type { Message } from "./message.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import { canceled } from "./status.ts";

/** What canceling works with. */
export interface CancelUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly publish: Publish;
}

/** Cancels a message; one that is canceled already stays so, one that a provider may have is too late. */
export async function cancel(messageId: string, now: number, using: CancelUsing): Promise<Message> {
  const changed = await changeMessage(using.messages, messageId, (message) => canceled(message, now));
  if (changed.is === "missing") throw new Problem("message.not-found");
  if (changed.is === "unchanged" && changed.message.status !== "canceled")
    throw new Problem("message.too-late");
  // The machine that waits for it finds nothing left to do when its time comes.
  if (changed.is === "changed") await using.publish(effectsOf(changed.before, changed.message).happenings);
  return changed.message;
}
