import * as z from "zod/mini";

/** On the intake queue: a message to route. */
export const ToRoute = z.object({ messageId: z.string().check(z.startsWith("msg_")) });
/** On the intake queue: a message to route. */
export type ToRoute = z.infer<typeof ToRoute>;

/** On a sender's queue: an attempt to make. What is sent is read when its turn comes, unless nobody has stored it. */
export const ToDeliver = z.object({
  messageId: z.string().check(z.startsWith("msg_")),
  attemptId: z.string(),
  /** The message, packed: whoever makes the attempt stores it. */
  carried: z.optional(z.string()),
});
/** On a sender's queue: an attempt to make. */
export type ToDeliver = z.infer<typeof ToDeliver>;

/** Which of a sender's lanes an attempt takes. */
export interface LaneOf {
  readonly senderId: string;
  readonly isUrgent: boolean;
  readonly contactId: string;
}

/** An attempt, and the lane that it takes. */
export interface Handing {
  readonly work: ToDeliver;
  readonly to: LaneOf;
}

/** Puts an attempt on its sender's queue; the same attempt twice within five minutes is one. */
export type HandToSender = (work: ToDeliver, to: LaneOf) => Promise<void>;

/** Puts attempts on their senders' queues, ten in a request; throws when some could not be put there. */
export type HandAllToSenders = (attempts: readonly Handing[]) => Promise<void>;
