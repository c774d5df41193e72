import type { Message } from "./message.ts";
import { canceled } from "./status.ts";

/** What stands where an erased text stood. */
export const erasedText = "(erased)";

/** A message without what it said; one that no provider has been given yet ends here. Who was written to and when stays as a number without a name. */
export function erased(message: Message, now: number): Message {
  return message.erasedAt === undefined ? withoutContent(canceled(message, now) ?? message, now) : message;
}

/** A message without what it said, wherever it stands. */
export function withoutContent(message: Message, erasedAt: number): Message {
  const { contents: _contents, ...rest } = message;
  return { ...rest, content: { text: erasedText, mediaUrls: [] }, erasedAt };
}
