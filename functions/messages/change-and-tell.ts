import type { Publish } from "../platform/events.ts";
import { effectsOf } from "./effects.ts";
import type { Machine } from "./machine.store.ts";
import type { Message } from "./message.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";

/** What changing and telling works with. */
export interface ChangeUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly machine: Pick<Machine, "wake">;
  readonly publish: Publish;
}

/** Changes a message, wakes the machine that waits for it and tells the bus; undefined when nothing changed. */
export async function changeAndTell(
  messageId: string,
  next: (seen: Message) => Message | undefined,
  using: ChangeUsing,
  inHand?: Message,
): Promise<Message | undefined> {
  const changed = await changeMessage(using.messages, messageId, next, inHand);
  if (changed.is !== "changed") return undefined;
  const { wake, happenings } = effectsOf(changed.before, changed.message);
  if (wake) await using.machine.wake(wake);
  await using.publish(happenings);
  return changed.message;
}
