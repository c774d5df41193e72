import * as z from "zod/mini";
import { isoOf } from "../platform/clock.ts";
import { cursorAt, NextCursor } from "../platform/cursor.ts";
import { Channel } from "../channels/channel.ts";
import { Contents } from "./content.ts";
import type { Part } from "./list.ts";
import { Attempt, InboundMessage, Message, Status, TimelineEntry } from "./message.ts";
import { Candidate, Step } from "./plan.ts";

const Time = z.iso.datetime();

const AttemptView = z.object({
  ...z.omit(Attempt, { step: true }).shape,
  step: z.int(),
  queuedAt: Time,
  startedAt: z.optional(Time),
  providerAcceptedAt: z.optional(Time),
  carrierAcceptedAt: z.optional(Time),
  deliveredAt: z.optional(Time),
  readAt: z.optional(Time),
  endedAt: z.optional(Time),
});

/** A message as callers see it: where it stands, why, and everything that happened. */
export const MessageView = z.object({
  id: z.string(),
  contactId: z.string(),
  category: z.string(),
  campaignId: z.optional(z.string()),
  content: Message.shape.content,
  contents: z.optional(Contents),
  template: Message.shape.template,
  status: Message.shape.status,
  reason: z.optional(z.string()),
  createdAt: Time,
  expiresAt: Time,
  sendAt: z.optional(Time),
  heldUntil: z.optional(Time),
  plan: z.optional(z.object({ steps: z.array(Step), decidedAt: Time })),
  considered: z.array(Candidate),
  attempts: z.array(AttemptView),
  timeline: z.array(z.object({ ...TimelineEntry.shape, at: Time })),
});
/** A message as callers see it. */
export type MessageView = z.infer<typeof MessageView>;

/** One line of a contact's timeline. */
export const TimelineView = z.object({
  direction: z.enum(["out", "in"]),
  id: z.string(),
  at: Time,
  channel: z.optional(z.string()),
  senderId: z.optional(z.string()),
  category: z.optional(z.string()),
  status: z.optional(z.string()),
  meaning: z.optional(InboundMessage.shape.meaning),
  answeredBy: z.optional(InboundMessage.shape.answeredBy),
  text: z.string(),
});

/** A message on one line. */
export const MessageLine = z.object({
  id: z.string(),
  contactId: z.string(),
  category: z.string(),
  status: Status,
  reason: z.optional(z.string()),
  text: z.string(),
  createdAt: Time,
  sendAt: z.optional(Time),
  heldUntil: z.optional(Time),
  channel: z.optional(Channel),
  senderId: z.optional(z.string()),
});

/** A part of a list of messages. */
export const MessageList = z.object({ messages: z.array(MessageLine), nextCursor: NextCursor });

/** A part of a list as callers see it; its cursor fits the list of this mark and no other. */
export function listView<P>({ messages, next }: Part<P>, mark: unknown): z.infer<typeof MessageList> {
  return { messages: messages.map(lineOf), ...(next && { nextCursor: cursorAt(next, mark) }) };
}

/** One thing that happened to a message. */
export const MessageEvent = z.object({
  at: Time,
  what: TimelineEntry.shape.what,
  reason: z.optional(z.string()),
  attemptId: z.optional(z.string()),
  channel: z.optional(Channel),
  addressId: z.optional(z.string()),
  senderId: z.optional(z.string()),
  code: Attempt.shape.code.check(z.describe("The provider's own code, where it ended the attempt.")),
});

/** What a caller may know of a message; the token of the waiting machine is not among it. */
export function viewOf(message: Message): MessageView {
  const { id, contactId, category, content, contents, template, status, reason, plan } = message;
  return {
    id,
    contactId,
    category,
    ...(message.campaignId && { campaignId: message.campaignId }),
    content,
    ...(contents && { contents }),
    ...(template && { template }),
    status,
    ...(reason && { reason }),
    createdAt: isoOf(message.createdAt),
    expiresAt: isoOf(message.expiresAt),
    ...(message.sendAt !== undefined && { sendAt: isoOf(message.sendAt) }),
    ...(message.heldUntil !== undefined && { heldUntil: isoOf(message.heldUntil) }),
    ...(plan && { plan: { steps: plan.steps, decidedAt: isoOf(plan.decidedAt) } }),
    considered: plan?.considered ?? message.considered ?? [],
    attempts: message.attempts.map(attemptViewOf),
    timeline: message.timeline.map((entry) => ({ ...entry, at: isoOf(entry.at) })),
  };
}

/** A message on one line of a list. */
export function lineOf(message: Message): z.infer<typeof MessageLine> {
  const { id, contactId, category, status, reason, content, sendAt, heldUntil } = message;
  const last = message.attempts.at(-1);
  return {
    id,
    contactId,
    category,
    status,
    ...(reason && { reason }),
    text: content.text,
    createdAt: isoOf(message.createdAt),
    ...(sendAt !== undefined && { sendAt: isoOf(sendAt) }),
    ...(heldUntil !== undefined && { heldUntil: isoOf(heldUntil) }),
    ...(last && { channel: last.channel, senderId: last.senderId }),
  };
}

/** Everything that happened to a message, with the way each attempt took. */
export function eventsOf(message: Message): z.infer<typeof MessageEvent>[] {
  const attempts = new Map(message.attempts.map((attempt) => [attempt.id, attempt]));
  return message.timeline.map(({ at, ...entry }) => {
    const attempt = attempts.get(entry.attemptId ?? "");
    const way = attempt && {
      channel: attempt.channel,
      addressId: attempt.addressId,
      senderId: attempt.senderId,
    };
    // The code belongs to what ended the attempt, and stands with that.
    const code = attempt?.code !== undefined && attempt.status === entry.what && { code: attempt.code };
    return { at: isoOf(at), ...entry, ...way, ...code };
  });
}

/** One line of a contact's timeline, from a message in either direction. */
export function timelineViewOf(entry: Message | InboundMessage): z.infer<typeof TimelineView> {
  if ("meaning" in entry) {
    const { id, channel, senderId, text, meaning, answeredBy } = entry;
    return { direction: "in", id, at: isoOf(entry.at), channel, senderId, text, meaning, answeredBy };
  }
  const { id, category, status, content, attempts, createdAt } = entry;
  const last = attempts.at(-1);
  const way = last && { channel: last.channel, senderId: last.senderId };
  return { direction: "out", id, at: isoOf(createdAt), category, status, text: content.text, ...way };
}

const times = [
  "queuedAt",
  "startedAt",
  "providerAcceptedAt",
  "carrierAcceptedAt",
  "deliveredAt",
  "readAt",
  "endedAt",
] as const;

function attemptViewOf(attempt: Attempt): z.infer<typeof AttemptView> {
  const shown = times.flatMap((name) => {
    const at = attempt[name];
    return at === undefined ? [] : [[name, isoOf(at)]];
  });
  return AttemptView.parse({ ...attempt, ...Object.fromEntries(shown) });
}
