import * as z from "zod";
import type { Operations } from "../platform/routes.ts";
import { Sender } from "./sender.ts";

const count = z.number().int().min(0);

/** A sender as callers see it. */
export const SenderView = z.object({
  id: Sender.shape.id,
  kind: Sender.shape.kind,
  identity: Sender.shape.identity,
  channels: Sender.shape.channels,
  countries: Sender.shape.countries,
  mps: Sender.shape.mps,
  lanes: z.object({ urgent: count, bulk: count }),
  /** Approximate, as SQS counts. */
  backlog: z.object({ urgent: count, bulk: count, inFlight: count }),
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
} as const satisfies Operations;
