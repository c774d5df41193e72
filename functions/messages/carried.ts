import { Message } from "./message.ts";
import { storyOf, toldBy } from "./message-story.ts";
import type { MessageStore } from "./message.store.ts";
import { currentAttempt } from "./status.ts";

/**
 * A message that its sender's queue carries: decided, and stored by nobody until an attempt of it begins. Its version is 0,
 * so the first write is the one that finds nothing there, whoever makes it.
 */
export function isCarried({ version }: Pick<Message, "version">): boolean {
  return version === 0;
}

/** Longest content that a queue carries, as JSON: ten of them are one request of 64 kilobytes. */
const contentLimit = 4_000;

/** The message as it goes to its queue, when that can carry it: everything but the attempt is decided, and the attempt is due. */
export function asCarried(message: Message): Message | undefined {
  const isDue = message.status === "queued" && message.attempts.length === 1;
  if (!isDue || currentAttempt(message)?.status !== "queued") return undefined;
  const { content, contents } = message;
  return JSON.stringify([content, contents]).length > contentLimit ? undefined : { ...message, version: 0 };
}

/** A message packed for its queue. */
export function packed(message: Message): string {
  return storyOf(message);
}

/** The message that a queue carried. Throws for what is none. */
export function unpacked(carried: string): Message {
  return Message.parse(toldBy(carried));
}

/** A store in which what a queue carried stands for what nobody has stored. */
export function knowing(
  carried: ReadonlyMap<string, Message>,
  store: Pick<MessageStore, "find" | "replace">,
): Pick<MessageStore, "find" | "replace"> {
  return {
    find: async (messageId, look) => (await store.find(messageId, look)) ?? carried.get(messageId),
    replace: store.replace,
  };
}
