import * as z from "zod/mini";
import { type Message } from "../messages/message.ts";
import { changeMessage, type MessageStore } from "../messages/message.store.ts";
import { currentAttempt, noted } from "../messages/status.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { isTooSoon } from "./visitor.ts";

/** On the queue of clicks: somebody followed the link of a message. Where they did so is not told. */
export const Click = z.object({
  clickId: z.string().check(z.startsWith("clk_")),
  messageId: z.string().check(z.startsWith("msg_")),
  by: z.enum(["phone", "computer"]),
  at: z.int(),
});
/** On the queue of clicks: somebody followed the link of a message. */
export type Click = z.infer<typeof Click>;

/** What counting clicks works with. */
export interface ClickUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly publish: Publish;
}

/** Notes the first click on the message's timeline and tells of each. A click proves nothing: no status moves by it. */
export async function count(click: Click, { messages, publish }: ClickUsing): Promise<void> {
  const { clickId, messageId } = click;
  const message = await messages.find(messageId);
  if (!message) return log.warn("message-missing", { messageId });
  const attempt = currentAttempt(message);
  const sentAt = attempt?.startedAt;
  // The link of a message that nobody was sent is followed by nobody.
  if (sentAt === undefined || isTooSoon(click.by, sentAt, click.at)) return;
  await changeMessage(messages, messageId, (seen) => clicked(seen, click.at), message);
  const { contactId, category } = message;
  const { channel } = attempt ?? {};
  await publish([
    {
      name: "message.clicked",
      detail: { clickId, messageId, contactId, category, ...(channel && { channel }) },
    },
  ]);
}

function clicked(message: Message, at: number): Message | undefined {
  return message.timeline.some(({ what }) => what === "clicked") ? undefined : noted(message, at, "clicked");
}
