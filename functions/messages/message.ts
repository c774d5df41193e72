import * as z from "zod/mini";
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
  step: z.int(),
  channel: Channel,
  addressId: z.string(),
  senderId: z.string(),
  status: AttemptStatus,
  queuedAt: z.int(),
  startedAt: z.optional(z.int()),
  providerAcceptedAt: z.optional(z.int()),
  carrierAcceptedAt: z.optional(z.int()),
  deliveredAt: z.optional(z.int()),
  readAt: z.optional(z.int()),
  endedAt: z.optional(z.int()),
  providerMessageId: z.optional(z.string()),
  segments: z.optional(z.int()),
  /** The provider's own code and our word for it. */
  code: z.optional(z.string()),
  reason: z.optional(z.string()),
  /** Proof that arrived after the next step had started: the person may have got the message twice. */
  isLate: z.optional(z.boolean()),
});
/** One try on one channel through one sender. */
export type Attempt = z.infer<typeof Attempt>;

/** One line of a message's history. */
export const TimelineEntry = z.object({
  at: z.int(),
  what: z.string(),
  attemptId: z.optional(z.string()),
  reason: z.optional(z.string()),
});
/** One line of a message's history. */
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** Set on answers to a keyword: they go back the way the person came, whatever else is true of them. */
export const ReplyTo = z.object({ addressId: z.string(), senderId: z.string(), inboundId: z.string() });

/** What was asked for and everything that came of it. */
export const Message = z.object({
  id: z.string().check(z.startsWith("msg_")),
  contactId: z.string().check(z.startsWith("con_")),
  category: z.string(),
  content: KeptContent,
  contents: z.optional(Contents),
  /** The template it was written from. */
  template: z.optional(z.object({ id: z.string(), version: z.int(), locale: z.string() })),
  replyTo: z.optional(ReplyTo),
  /** The campaign it is part of, and the page of recipients it comes from. */
  campaignId: z.optional(z.string().check(z.startsWith("cmp_"))),
  campaignPage: z.optional(z.int()),
  createdAt: z.int(),
  expiresAt: z.int(),
  /** Not before this instant, when the caller asked for a time. */
  sendAt: z.optional(z.int()),
  /** Fingerprint of the request that made it, when the caller gave that a key: another request may not use the key. */
  requestHash: z.optional(z.string()),
  status: Status,
  reason: z.optional(z.string()),
  /** The step under way; -1 before the first. */
  step: z.int(),
  plan: z.optional(Plan),
  /** What was considered when nothing could be sent or not yet. */
  considered: z.optional(z.array(Candidate)),
  attempts: z.array(Attempt),
  timeline: z.array(TimelineEntry),
  /** Until when it is held; a held message without it waits for a switch. */
  heldUntil: z.optional(z.int()),
  confirmedAt: z.optional(z.int()),
  /** When the sweeper must look at it, unless something moves it first; absent once nothing is left to do. */
  dueAt: z.optional(z.int()),
  /** Where the index of due messages had it when it was read. */
  foundAt: z.optional(z.int()),
  /** When its content was erased with its contact. */
  erasedAt: z.optional(z.int()),
  /** When its cohort takes it to the next step, unless proof comes first or something else moves it. */
  movesOnAt: z.optional(z.int()),
  /** 0 while nobody has stored it. */
  version: z.int(),
});
/** What was asked for and everything that came of it. */
export type Message = z.infer<typeof Message>;

/** A message that somebody else sent to us. */
export const InboundMessage = z.object({
  id: z.string().check(z.startsWith("inb_")),
  contactId: z.optional(z.string()),
  addressId: z.optional(z.string()),
  senderId: z.string(),
  channel: Channel,
  text: z.string(),
  at: z.int(),
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
