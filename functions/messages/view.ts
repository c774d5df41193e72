import * as z from "zod";
import { isoOf } from "../platform/clock.ts";
import { Attempt, Content, InboundMessage, Message, TimelineEntry } from "./message.ts";
import { Candidate, Step } from "./plan.ts";

const Time = z.iso.datetime();

const AttemptView = z.object({
  ...Attempt.omit({ step: true }).shape,
  step: z.number().int(),
  queuedAt: Time,
  startedAt: Time.optional(),
  providerAcceptedAt: Time.optional(),
  carrierAcceptedAt: Time.optional(),
  deliveredAt: Time.optional(),
  readAt: Time.optional(),
  endedAt: Time.optional(),
});

/** A message as callers see it: where it stands, why, and everything that happened. */
export const MessageView = z.object({
  id: z.string(),
  contactId: z.string(),
  category: z.string(),
  campaignId: z.string().optional(),
  content: Content,
  status: Message.shape.status,
  reason: z.string().optional(),
  createdAt: Time,
  expiresAt: Time,
  sendAt: Time.optional(),
  heldUntil: Time.optional(),
  plan: z.object({ steps: z.array(Step), decidedAt: Time }).optional(),
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
  channel: z.string().optional(),
  senderId: z.string().optional(),
  category: z.string().optional(),
  status: z.string().optional(),
  meaning: InboundMessage.shape.meaning.optional(),
  answeredBy: InboundMessage.shape.answeredBy.optional(),
  text: z.string(),
});

/** What a caller may know of a message; the token of the waiting machine is not among it. */
export function viewOf(message: Message): MessageView {
  const { id, contactId, category, content, status, reason, plan } = message;
  return {
    id,
    contactId,
    category,
    ...(message.campaignId && { campaignId: message.campaignId }),
    content,
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
