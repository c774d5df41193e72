import * as z from "zod/mini";
import type { Operations } from "../platform/routes.ts";
import { Sender } from "./sender.ts";

const count = z.int().check(z.minimum(0));

/** A sender as callers see it. */
export const SenderView = z.object({
  id: Sender.shape.id,
  kind: Sender.shape.kind,
  identity: Sender.shape.identity,
  channels: Sender.shape.channels,
  countries: Sender.shape.countries,
  mps: Sender.shape.mps,
  lanes: z.object({ urgent: count, bulk: count }),
  /** Rate an operator has set below the declared one. */
  reducedTo: z.optional(z.number()),
  /** Why an operator has stopped it; its messages wait. */
  paused: z.optional(z.object({ reason: z.string(), since: z.iso.datetime() })),
  /** Segments given out today, and the most that may be. */
  today: z.optional(z.object({ used: count, cap: count })),
  /** Approximate, as SQS counts. */
  backlog: z.object({
    /** The figures are those of all slow senders together, who share their queues. */
    isShared: z.boolean(),
    urgent: count,
    bulk: count,
    inFlight: count,
  }),
  /** Seconds until the backlog has been sent at the sender's rate, with one segment a message. */
  etaSeconds: z.number(),
});

/** What callers can do with senders. */
export const senderRoutes = {
  listSenders: {
    at: "GET /v1/senders",
    does: "Lists the senders with their rate, backlog and when it will have been sent.",
    reply: z.object({ senders: z.array(SenderView) }),
  },
  getSender: {
    at: "GET /v1/senders/{senderId}",
    does: "Reads one sender.",
    reply: SenderView,
    problems: ["sender.not-found"],
  },
  pauseSender: {
    at: "POST /v1/senders/{senderId}/pause",
    does: "Stops a sender: nothing new starts after the answer; what waits goes on waiting.",
    body: z
      .strictObject({ reason: z.string().check(z.minLength(1), z.maxLength(200)) })
      .check(z.meta({ examples: [{ reason: "Complaints about this number." }] })),
    reply: SenderView,
    problems: ["sender.not-found"],
  },
  resumeSender: {
    at: "POST /v1/senders/{senderId}/resume",
    does: "Lets a stopped sender go on, at its rate, within a minute.",
    reply: SenderView,
    problems: ["sender.not-found"],
  },
  setSenderPace: {
    at: "PUT /v1/senders/{senderId}/pace",
    does: "Slows a sender down, from the next call on; its declared rate takes effect again with mps null.",
    body: z
      .strictObject({ mps: z.nullable(z.number().check(z.positive(), z.maximum(1000))) })
      .check(z.meta({ examples: [{ mps: 1 }] })),
    reply: SenderView,
    problems: ["sender.not-found"],
  },
} as const satisfies Operations;
