import type { Heliograph, Reply } from "../../client/client.ts";
import type { MailMessage } from "./mail-message.ts";
import type { Notice } from "./notice.ts";
import type { TextMessage } from "./text-message.ts";

/** What the business can say about a message that it sent. */
export interface Story {
  /** The attempt that this text or notification is. */
  readonly attemptId: string;
  readonly message: Reply<Heliograph["getMessage"]>;
}

/** Asks the business what an address or token of its own stands for. */
export type AskStory = (reference: string) => Promise<Story | undefined>;

/** Where a text's receipts go names what it is to the business; so do what came with a notification and the tag of an e-mail. */
export function referenceOf(sent: TextMessage | Notice | MailMessage): string | undefined {
  // A tag takes no dots.
  if ("tags" in sent) return sent.tags["attempt"]?.replace("-", ".");
  return "token" in sent ? sent.data["heliograph-receipt"] : sent.statusCallback;
}
