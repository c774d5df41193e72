import * as z from "zod/mini";
import { Channel } from "../channels/channel.ts";

/** Why a way to the person was chosen or left out; closed words, so that people can search and count them. */
export const RouteReason = z.enum([
  "chosen",
  "no-address",
  "media-not-needed",
  "not-needed",
  "channel-not-in-category",
  "no-sender",
  "sender-not-for-country",
  "alphanumeric-not-supported",
  "alphanumeric-needs-registration",
  "reply-not-possible",
  "no-consent",
  "not-wanted",
  "opted-out",
  "unreachable",
  "landline",
  "push-denied",
  "text-too-long",
  "subject-missing",
  "media-not-possible",
  "country-unknown",
  "switched-off",
  "circuit-open",
]);
/** Why a way to the person was chosen or left out. */
export type RouteReason = z.infer<typeof RouteReason>;

/** Part of a score: what gave how many points and why. */
export const Points = z.object({ for: z.string(), points: z.number(), because: z.string() });
/** Part of a score. */
export type Points = z.infer<typeof Points>;

/** One way to the person that routing looked at. */
export const Candidate = z.object({
  channel: Channel,
  addressId: z.optional(z.string()),
  senderId: z.optional(z.string()),
  reason: RouteReason,
  score: z.optional(z.number()),
  points: z._default(z.array(Points), []),
});
/** One way to the person that routing looked at. */
export type Candidate = z.infer<typeof Candidate>;

/** One step: a channel to an address through a sender, and how long it may take before the next step starts. */
export const Step = z.object({
  channel: Channel,
  addressId: z.string(),
  senderId: z.string(),
  waitSeconds: z.int().check(z.minimum(0)),
});
/** One step of a plan. */
export type Step = z.infer<typeof Step>;

/** The decided order of channels with waits, and everything that was considered. */
export const Plan = z.object({
  steps: z.array(Step).check(z.minLength(1), z.maxLength(4)),
  considered: z.array(Candidate),
  decidedAt: z.int(),
  /** How finely deadlines are kept: to the second when absent, or to ten. */
  grain: z.optional(z.literal("cohort")),
});
/** The decided order of channels. */
export type Plan = z.infer<typeof Plan>;
