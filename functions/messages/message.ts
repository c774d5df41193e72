import * as z from "zod";
import { Channel } from "../channels/channel.ts";
import type { GoesBy } from "../switches/switch.ts";
import { Contents, KeptContent } from "./content.ts";
import { Candidate, Plan } from "./plan.ts";

/** Where a message stands. */
export const Status = z.enum([
  "accepted",
  "held",
  "queued",
  "sending",
  "sent",
  "delivered",
  "read",
  "undelivered",
  "failed",
  "unknown",
  "suppressed",
  "expired",
  "canceled",
]);
/** Where a message stands. */
export type Status = z.infer<typeof Status>;

/** Where one attempt stands; provider-accepted, carrier-accepted, delivered and read are different proofs. */
export const AttemptStatus = z.enum([
  "queued",
  "sending",
  "provider-accepted",
  "unknown",
  "carrier-accepted",
  "refused",
  "failed",
  "undelivered",
  "expired",
  "delivered",
  "read",
]);
/** Where one attempt stands. */
export type AttemptStatus = z.infer<typeof AttemptStatus>;

/** One try on one channel through one sender. */
export const Attempt = z.object({
  id: z.string(),
  step: z.number().int(),
  channel: Channel,
  addressId: z.string(),
  senderId: z.string(),
  status: AttemptStatus,
  queuedAt: z.number().int(),
  startedAt: z.number().int().optional(),
  providerAcceptedAt: z.number().int().optional(),
  carrierAcceptedAt: z.number().int().optional(),
  deliveredAt: z.number().int().optional(),
  readAt: z.number().int().optional(),
  endedAt: z.number().int().optional(),
  providerMessageId: z.string().optional(),
  segments: z.number().int().optional(),
  /** The provider's own code and our word for it. */
  code: z.string().optional(),
  reason: z.string().optional(),
  /** Proof that arrived after the next step had started: the person may have got the message twice. */
  isLate: z.boolean().optional(),
});
/** One try on one channel through one sender. */
export type Attempt = z.infer<typeof Attempt>;

/** One line of a message's history. */
export const TimelineEntry = z.object({
  at: z.number().int(),
  what: z.string(),
  attemptId: z.string().optional(),
  reason: z.string().optional(),
});
/** One line of a message's history. */
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** Set on answers to a keyword: they go back the way the person came, whatever else is true of them. */
export const ReplyTo = z.object({ addressId: z.string(), senderId: z.string(), inboundId: z.string() });

/** What was asked for and everything that came of it. */
export const Message = z.object({
  id: z.string().startsWith("msg_"),
  contactId: z.string().startsWith("con_"),
  category: z.string(),
  content: KeptContent,
  contents: Contents.optional(),
  /** The template it was written from. */
  template: z.object({ id: z.string(), version: z.number().int(), locale: z.string() }).optional(),
  replyTo: ReplyTo.optional(),
  /** The campaign it is part of, and the page of recipients it comes from. */
  campaignId: z.string().startsWith("cmp_").optional(),
  campaignPage: z.number().int().optional(),
  createdAt: z.number().int(),
  expiresAt: z.number().int(),
  /** Not before this instant, when the caller asked for a time. */
  sendAt: z.number().int().optional(),
  /** Fingerprint of the request that made it, when the caller gave that a key: another request may not use the key. */
  requestHash: z.string().optional(),
  status: Status,
  reason: z.string().optional(),
  /** The step under way; -1 before the first. */
  step: z.number().int(),
  plan: Plan.optional(),
  /** What was considered when nothing could be sent or not yet. */
  considered: z.array(Candidate).optional(),
  attempts: z.array(Attempt),
  timeline: z.array(TimelineEntry),
  /** Until when it is held; a held message without it waits for a switch. */
  heldUntil: z.number().int().optional(),
  confirmedAt: z.number().int().optional(),
  /** Wakes the failover that waits on the step under way. */
  taskToken: z.string().optional(),
  /** When the sweeper must look at it, unless something moves it first; absent once nothing is left to do. */
  dueAt: z.number().int().optional(),
  /** Where the index of due messages had it when it was read. */
  foundAt: z.number().int().optional(),
  /** When its content was erased with its contact. */
  erasedAt: z.number().int().optional(),
  /** When its cohort takes it to the next step, unless proof comes first or something else moves it. */
  movesOnAt: z.number().int().optional(),
  version: z.number().int(),
});
/** What was asked for and everything that came of it. */
export type Message = z.infer<typeof Message>;

/** A message that somebody else sent to us. */
export const InboundMessage = z.object({
  id: z.string().startsWith("inb_"),
  contactId: z.string().optional(),
  addressId: z.string().optional(),
  senderId: z.string(),
  channel: Channel,
  text: z.string(),
  at: z.number().int(),
  meaning: z.enum(["opt-out", "opt-in", "help", "text"]),
  answeredBy: z.enum(["provider", "heliograph", "nobody"]),
});
/** A message that somebody else sent to us. */
export type InboundMessage = z.infer<typeof InboundMessage>;

/** Statuses after which a message only changes by better proof that it arrived. */
export const finalStatuses: ReadonlySet<Status> = new Set<Status>([
  "delivered",
  "read",
  "undelivered",
  "failed",
  "unknown",
  "suppressed",
  "expired",
  "canceled",
]);

/** What a message goes by whichever way it takes: what somebody may have switched off. */
export function goesByOf({ category, campaignId }: Pick<Message, "category" | "campaignId">): GoesBy {
  return { category, ...(campaignId !== undefined && { campaign: campaignId }) };
}

/** Whether a message is held without an end: it waits for a switch. */
export function isWaiting({ status, heldUntil }: Pick<Message, "status" | "heldUntil">): boolean {
  return status === "held" && heldUntil === undefined;
}

/** Id of the n-th attempt of a message; it travels in callback addresses, so it names its message. */
export function attemptIdOf(messageId: string, number: number): string {
  return `${messageId}.${number}`;
}

/** The message an attempt belongs to; undefined for anything that is not an attempt id. */
export function messageIdOf(attemptId: string): string | undefined {
  return /^(msg_[0-9A-Z]{26})\.[1-9]\d{0,3}$/.exec(attemptId)?.[1];
}

/** The number of an attempt among those of its message, from 1. */
export function numberOf(attemptId: string): number {
  return Number(attemptId.slice(attemptId.lastIndexOf(".") + 1));
}
