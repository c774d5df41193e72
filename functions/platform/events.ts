import * as z from "zod";

/** Source of every event on the bus. */
export const eventSource = "heliograph";

/**
 * Everything that can happen, with what the event carries: ids and closed words, never a text or an address.
 * What happened together comes in one event of that name, as a list under `detail.happened`; a rule's pattern on
 * `{"detail": {"happened": {"status": ["delivered"]}}}` takes an event in which any of them fits.
 */
export const events = {
  "message.status": z.object({
    messageId: z.string(),
    contactId: z.string(),
    category: z.string(),
    campaignId: z.string().optional(),
    status: z.string(),
    reason: z.string().optional(),
    channel: z.string().optional(),
    senderId: z.string().optional(),
  }),
  "message.late-receipt": z.object({ messageId: z.string(), attemptId: z.string(), channel: z.string() }),
  "message.received": z.object({
    inboundId: z.string(),
    contactId: z.string().optional(),
    senderId: z.string(),
  }),
  "consent.changed": z.object({
    contactId: z.string(),
    addressId: z.string(),
    purpose: z.string(),
    state: z.enum(["in", "out"]),
    method: z.string(),
  }),
  "contact.erased": z.object({ contactId: z.string() }),
  "switch.turned": z.object({
    scope: z.string(),
    id: z.string(),
    is: z.enum(["off", "on"]),
    by: z.string(),
  }),
  "address.unreachable": z.object({ contactId: z.string(), addressId: z.string(), reason: z.string() }),
} as const;

/** Name of an event. */
export type EventName = keyof typeof events;

/** One thing that happened. */
export type Happening = { [N in EventName]: { name: N; detail: z.infer<(typeof events)[N]> } }[EventName];

/** Publishes what happened; at least once, in no order. */
export type Publish = (happenings: readonly Happening[]) => Promise<void>;

/** A publisher that keeps what it is given until a whole batch of work has told what it has to tell. */
export interface Gathering {
  readonly publish: Publish;
  readonly flush: () => Promise<void>;
}

/** Gathers what happens in a batch. Work that dies before the flush is done again by its queue, and tells again. */
export function gathering(publish: Publish): Gathering {
  let gathered: Happening[] = [];
  return {
    publish: async (happenings) => void gathered.push(...happenings),
    flush: async () => {
      const happenings = gathered;
      gathered = [];
      if (happenings.length > 0) await publish(happenings);
    },
  };
}
