import * as z from "zod/mini";

/** Source of every event on the bus. */
export const eventSource = "heliograph";

/**
 * Everything that can happen, with what the event carries: ids and closed words, never a text or an address.
 * What happened together comes in one event of that name, as a list under `detail.happened`; a rule's pattern on
 * `{"detail": {"happened": {"status": ["delivered"]}}}` takes an event in which any of them fits.
 */
export const events = {
  "message.status": z
    .object({
      messageId: z.string(),
      contactId: z.string(),
      category: z.string(),
      campaignId: z.optional(z.string()),
      status: z.string(),
      reason: z.optional(z.string()),
      channel: z.optional(z.string()),
      senderId: z.optional(z.string()),
    })
    .check(z.describe("A message has come to another status.")),
  "message.late-receipt": z
    .object({ messageId: z.string(), attemptId: z.string(), channel: z.string() })
    .check(
      z.describe("Proof of an attempt came after the next step had started: the person may have got both."),
    ),
  "message.clicked": z
    .object({
      clickId: z.string(),
      messageId: z.string(),
      contactId: z.string(),
      category: z.string(),
      channel: z.optional(z.string()),
    })
    .check(z.describe("A person has followed the link of a message; those that scan links are left out.")),
  "message.received": z
    .object({
      inboundId: z.string(),
      contactId: z.optional(z.string()),
      senderId: z.string(),
    })
    .check(z.describe("Somebody has written to us; what they wrote stands on the contact's timeline.")),
  "consent.changed": z
    .object({
      contactId: z.string(),
      addressId: z.string(),
      purpose: z.string(),
      state: z.enum(["in", "out"]),
      method: z.string(),
    })
    .check(z.describe("A person has agreed to a kind of message, or stopped it.")),
  "contact.erased": z
    .object({ contactId: z.string() })
    .check(z.describe("A person was forgotten; erase them in your own systems, too.")),
  "switch.turned": z
    .object({
      scope: z.string(),
      id: z.string(),
      is: z.enum(["off", "on"]),
      by: z.string(),
    })
    .check(z.describe("An operator has switched something off or on again.")),
  "circuit.turned": z
    .object({
      connection: z.string(),
      is: z.enum(["open", "closed"]),
      reason: z.optional(z.string()),
    })
    .check(z.describe("A provider has gone out: its messages go another way or wait. Or it is back.")),
  "address.unreachable": z
    .object({ contactId: z.string(), addressId: z.string(), reason: z.string() })
    .check(z.describe("An address has turned out to reach nobody.")),
  "webhook.disabled": z
    .object({ webhookId: z.string(), reason: z.enum(["gone", "failing"]) })
    .check(z.describe("An endpoint gets no more events: it said that it is gone, or has failed for days.")),
  "webhook.test": z
    .object({ webhookId: z.string() })
    .check(
      z.describe(
        "Asked for by somebody, to see whether an endpoint takes events; it goes to that one alone.",
      ),
    ),
} as const;

/** Name of an event. */
export type EventName = keyof typeof events;

/** The names of all events, for whoever chooses among them. */
export const EventName = z.enum(Object.keys(events) as [EventName, ...EventName[]]);

/** One thing that happened. */
export type Happening = { [N in EventName]: { name: N; detail: z.infer<(typeof events)[N]> } }[EventName];

/** Publishes what happened; at least once, in no order. */
export type Publish = (happenings: readonly Happening[]) => Promise<void>;
