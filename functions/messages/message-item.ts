import * as z from "zod/mini";
import { dueShards, shardOf } from "./cohort.ts";
import { isWaiting, Message } from "./message.ts";
import { currentAttempt, dueWhileWaiting, hasNextStep } from "./status.ts";
import { storyOf, toldBy } from "./message-story.ts";

/** A message as its table keeps it: what indexes and conditions read, and the story of everything else. */
export const MessageItem = z.object({
  pk: z.string(),
  sk: z.literal("message"),
  contactId: z.string(),
  createdAt: z.int(),
  version: z.int(),
  dueAt: z.optional(z.int()),
  dueShard: z.optional(z.int()),
  message: z.string(),
});
/** A message as its table keeps it. */
export type MessageItem = z.infer<typeof MessageItem>;

const Story = z.looseObject({});

/** The item of a message. */
export function itemOfMessage(message: Message): MessageItem {
  const { id, contactId, createdAt, version, foundAt: _foundAt, ...story } = message;
  const place = placeOf(message);
  const dueShard = shardOf(id) + (isWaiting(message) ? dueShards : 0);
  return {
    pk: id,
    sk: "message",
    contactId,
    createdAt,
    version,
    ...(place !== undefined && { dueAt: place, dueShard }),
    message: storyOf(story),
  };
}

/** The message of an item; undefined when the item is none. What people wrote to us stands in the same table. */
export function messageIn(item: Readonly<Record<string, unknown>> | undefined): Message | undefined {
  if (typeof item?.["message"] !== "string") return undefined;
  const { pk: id, contactId, createdAt, version, dueAt, message } = MessageItem.parse(item);
  const story = Story.parse(toldBy(message));
  return Message.parse({ ...story, id, contactId, createdAt, version, foundAt: dueAt });
}

/**
 * Where the index of due messages has it. Each move there costs two writes, and most messages end long before anybody looks:
 * so they keep their place while the sweeper would only come too early, and it moves them then. A worker that dies is
 * noticed by its queue, which delivers the attempt again.
 */
export function placeOf(message: Message): number | undefined {
  const { dueAt, foundAt, status } = message;
  if (dueAt === undefined) return undefined;
  if (foundAt === undefined)
    return isFoundByPage(message) ? undefined : Math.min(dueAt, placeInWait(message));
  const isBegun = status === "sending" && currentAttempt(message)?.status === "sending";
  const isPassing = status === "queued" || status === "sent";
  return isBegun || (isPassing && foundAt <= dueAt) ? foundAt : dueAt;
}

/** The earliest place of one that may come to wait for its next step: who stands there from the start need not move. */
function placeInWait(message: Message): number {
  const attempt = currentAttempt(message);
  const wait = message.plan?.steps[message.step]?.waitSeconds ?? 0;
  const mayWait = attempt?.status === "queued" && hasNextStep(message);
  return mayWait ? dueWhileWaiting(attempt.queuedAt + wait * 1000) : Infinity;
}

/** Whoever looks after a campaign's page finds its messages by their names; what waits for a switch or for a provider's answer is the sweeper's. */
function isFoundByPage(message: Message): boolean {
  const isAsked = currentAttempt(message)?.status === "unknown";
  return message.campaignPage !== undefined && !isWaiting(message) && !isAsked;
}

/** The message at its own place in the index of due messages; undefined when that is where it is. */
export function inItsPlace(message: Message): Message | undefined {
  const { dueAt, foundAt } = message;
  return dueAt === undefined || foundAt === dueAt ? undefined : { ...message, foundAt: dueAt };
}
