import type { Message } from "./message.ts";
import { canceled } from "./status.ts";

/** What stands where an erased text stood. */
export const erasedText = "(erased)";

/** A message without what it said; one that no provider has been given yet ends here. Who was written to and when stays as a number without a name. */
export function erased(message: Message, now: number): Message {
  if (message.erasedAt !== undefined) return message;
  const { contents: _contents, ...ended } = canceled(message, now) ?? message;
  return { ...ended, content: { text: erasedText, mediaUrls: [] }, erasedAt: now };
}
