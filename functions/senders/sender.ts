import * as z from "zod";
import { Channel } from "../channels/channel.ts";

/** An identity that messages come from. */
export const Sender = z
  .object({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    kind: z.enum(["long-code", "10dlc", "toll-free", "short-code", "alphanumeric", "push-app"]),
    /** What the recipient sees it come from: E.164 number, short code, alphanumeric id, or the push application's id. */
    identity: z.string().min(1).max(64),
    channels: z.array(Channel).nonempty(),
    /** Provider connection it sends through. */
    connection: z.string(),
    /** Recipients' countries (ISO 3166-1 alpha-2) it may be used for; "*" is everywhere. */
    countries: z.union([z.literal("*"), z.array(z.string().length(2)).nonempty()]),
    /** Allowed message segments per second. */
    mps: z.number().positive().max(1000),
    /** Who answers STOP, START and HELP: the provider's network (then we stay silent) or Heliograph. */
    keywordsAnsweredBy: z.enum(["provider", "heliograph"]).default("heliograph"),
    /** Price of one segment in millionths of a US dollar, used to rank. */
    costMicros: z.number().int().min(0).default(0),
  })
  .refine((sender) => sender.kind !== "alphanumeric" || isAlphanumericId(sender.identity), {
    path: ["identity"],
    message: "1 to 11 letters, digits or spaces, at least one letter",
  });
/** An identity that messages come from. */
export type Sender = z.infer<typeof Sender>;

/** Alphanumeric ids: up to 11 letters, digits and spaces, of which at least one letter (GSM 03.40 address field). */
export function isAlphanumericId(identity: string): boolean {
  return /^[A-Za-z0-9 ]{1,11}$/.test(identity) && /[A-Za-z]/.test(identity);
}

/** Whether people can write back to it; push and alphanumeric senders are one-way. */
export function takesReplies(sender: Sender): boolean {
  return sender.kind !== "alphanumeric" && sender.kind !== "push-app";
}

/** Lanes of a sender: how many batches may be in flight, and so the concurrency of its function. */
export interface Lanes {
  readonly urgent: number;
  readonly bulk: number;
}

/** Seconds between the end of one batch and the start of the next in its lane; lanes cover this gap. */
const handOverSeconds = 0.06;

/** One urgent lane, and as many bulk lanes as keep the sender busy while batches are handed over. */
export function lanesOf(sender: Pick<Sender, "mps">): Lanes {
  return { urgent: 1, bulk: 1 + Math.ceil(sender.mps * handOverSeconds) };
}

/** Largest batch: at most one second's worth of slots, so that an urgent message waits for about one batch. */
export function batchSizeOf(sender: Pick<Sender, "mps">): number {
  return Math.min(10, Math.max(1, Math.floor(sender.mps)));
}
