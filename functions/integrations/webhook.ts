import * as z from "zod/mini";
import { EventName } from "../platform/events.ts";

/** Why an endpoint gets no events: it said that it is gone, it failed for days, or somebody wanted it so. */
export const Disabled = z.object({
  reason: z.enum(["gone", "failing", "by-hand"]),
  at: z.int(),
});

/** An endpoint of the business's own, and what it wants to hear of. */
export const Webhook = z.object({
  id: z.string().check(z.startsWith("whk_")),
  url: z.url(),
  /** @default - everything */
  events: z.optional(z.array(EventName)),
  description: z.optional(z.string()),
  disabled: z.optional(Disabled),
  /** Which of its secrets it checks with; the one before holds until `previousUntil`. */
  secretNumber: z.int().check(z.minimum(1)),
  previousUntil: z.optional(z.int()),
  /** Names the request that asked for the secret in use: a retry asks for no other. */
  rotatedBy: z.optional(z.string()),
  /** Since when nothing has been taken that was tried again and again. */
  failingSince: z.optional(z.int()),
  /** Fingerprint of the request that made it, when the caller gave that a key. */
  requestHash: z.optional(z.string()),
  createdAt: z.int(),
  version: z.int(),
});
/** An endpoint of the business's own. */
export type Webhook = z.infer<typeof Webhook>;

/** Most endpoints: all of them are read at once. */
export const webhooksLimit = 50;
/** An endpoint that fails for so long is no longer called. */
const failingMilliseconds = 5 * 24 * 3_600_000;
/** The tries of one event that pass for a hiccup. */
const hiccupTries = 3;

/** Whether an endpoint wants to hear of an event. */
export function wants({ events }: Webhook, type: EventName): boolean {
  // Tests are sent to the endpoint they were asked for.
  if (type === "webhook.test") return false;
  return events === undefined || events.includes(type);
}

/** What a try says of the endpoint as a whole. */
export interface Tried {
  readonly isTaken: boolean;
  readonly isGone: boolean;
  /** Which try of its event it was, from 1. */
  readonly number: number;
}

/** The endpoint after a try; the same one when that changes nothing. */
export function afterTry(webhook: Webhook, { isTaken, isGone, number }: Tried, now: number): Webhook {
  const { failingSince, disabled } = webhook;
  if (disabled) return webhook;
  if (isTaken) {
    const { failingSince: _failingSince, ...rest } = webhook;
    return failingSince === undefined ? webhook : rest;
  }
  if (isGone) return { ...webhook, disabled: { reason: "gone", at: now } };
  if (number < hiccupTries && failingSince === undefined) return webhook;
  if (failingSince === undefined) return { ...webhook, failingSince: now };
  return now - failingSince >= failingMilliseconds
    ? { ...webhook, disabled: { reason: "failing", at: now } }
    : webhook;
}

/** The endpoint with another secret; the one before goes on to hold for a while. The same request again changes nothing. */
export function rotated(webhook: Webhook, rotatedBy: string, previousUntil: number): Webhook {
  if (webhook.rotatedBy === rotatedBy) return webhook;
  return { ...webhook, secretNumber: webhook.secretNumber + 1, rotatedBy, previousUntil };
}

/** Takes events again, as if nothing had happened. */
export function enabled(webhook: Webhook): Webhook {
  const { disabled: _disabled, failingSince: _failingSince, ...rest } = webhook;
  return rest;
}
