import * as z from "zod/mini";
import { Delivery } from "./delivery.ts";

/** On the queue of posts: an event for one endpoint. */
export const ToPost = z.object({
  webhookId: Delivery.shape.webhookId,
  eventId: Delivery.shape.eventId,
  /** What an earlier asking left behind is of no use any more. */
  replays: z.int(),
  /** What is posted, the first time; after that the log has it. */
  first: z.optional(z.object({ type: Delivery.shape.type, body: Delivery.shape.body })),
});
/** On the queue of posts: an event for one endpoint. */
export type ToPost = z.infer<typeof ToPost>;

/** Puts events on the queue of posts. */
export type SendToPosts = (items: readonly ToPost[]) => Promise<void>;
