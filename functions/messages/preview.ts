import * as z from "zod/mini";
import { Channel } from "../channels/channel.ts";
import { segmentsOf } from "../channels/segments.ts";
import type { Contact } from "../contacts/contact.ts";
import { isoOf } from "../platform/clock.ts";
import type { Sender } from "../senders/sender.ts";
import { mediaWarnings, type MediaUsing } from "./media-check.ts";
import { MediaWarnings } from "./media-warnings.ts";
import { Content, contentOn } from "./content.ts";
import type { Message } from "./message.ts";
import { Candidate, Step } from "./plan.ts";
import { type Decided, decisionFor, type DecideUsing } from "./routing.ts";

/** How a text travels on a channel, and what that costs. */
export const Rendering = z.object({
  channel: Channel,
  content: Content,
  length: z.int().check(z.describe("Characters as UTF-16 units.")),
  encoding: z.optional(z.enum(["GSM-7", "UCS-2"])),
  segments: z.optional(z.int()),
});
/** How a text travels on a channel. */
export type Rendering = z.infer<typeof Rendering>;

const Outcome = z.object({
  is: z.enum(["send", "hold", "wait", "suppress", "expire"]),
  reason: z.optional(z.string()),
  until: z.optional(z.iso.datetime()),
  steps: z.array(z.object({ ...Step.shape, costMicros: z.int() })),
  considered: z.array(Candidate),
});
type Outcome = z.infer<typeof Outcome>;

/** What would become of a message, without sending it. */
export const PreviewView = z.object({
  contactId: z.string(),
  category: z.string(),
  now: Outcome.check(z.describe("What would be decided at once: every way with its points and reasons.")),
  afterwards: z.optional(
    Outcome.check(z.describe("What would be decided when it has been held so long, if nothing changes.")),
  ),
  renderings: z.array(Rendering),
  warnings: MediaWarnings,
  cost: z
    .object({ leastMicros: z.int(), mostMicros: z.int() })
    .check(
      z.describe(
        "Millionths of a US dollar by the senders' declared prices: the first step alone, and all steps.",
      ),
    ),
});

/** Decides on a message as routing would, now and after a hold; nothing is written. */
export async function preview(
  message: Message,
  contact: Contact,
  using: DecideUsing & MediaUsing,
): Promise<z.infer<typeof PreviewView>> {
  const { senders } = using.business;
  const at = (now: number) =>
    decisionFor(message, async () => contact, { ...using, clock: { ...using.clock, now: () => now } });
  const first = await at(using.clock.now());
  const second = first.is === "hold" ? await at(first.until) : undefined;
  const now = outcomeOf(first, message, senders);
  const afterwards = second && outcomeOf(second, message, senders);
  const costs = (afterwards ?? now).steps.map(({ costMicros }) => costMicros);
  const ways = [...now.considered, ...(afterwards?.considered ?? [])].filter(
    ({ score }) => score !== undefined,
  );
  return {
    contactId: contact.id,
    category: message.category,
    now,
    ...(afterwards && { afterwards }),
    renderings: [...new Set(ways.map(({ channel }) => channel))].map((channel) =>
      renderingOn(channel, message),
    ),
    warnings: await mediaWarnings(message, sendersOf(ways, "mms", senders), using),
    cost: { leastMicros: costs[0] ?? 0, mostMicros: costs.reduce((sum, cost) => sum + cost, 0) },
  };
}

function sendersOf(ways: readonly Candidate[], channel: Channel, senders: readonly Sender[]) {
  return senders.filter(({ id }) => ways.some((way) => way.channel === channel && way.senderId === id));
}

/** What a message says on a channel and how long that is. */
export function renderingOn(channel: Channel, message: Pick<Message, "content" | "contents">): Rendering {
  const content = contentOn(channel, message);
  const length = content.text.length;
  if (channel !== "sms") return { channel, content, length };
  const { encoding, count } = segmentsOf(content.text);
  return { channel, content, length, encoding, segments: count };
}

function outcomeOf(decided: Decided, message: Message, senders: readonly Sender[]): Outcome {
  if (decided.is === "nothing" || decided.is === "resume") return { is: "wait", steps: [], considered: [] };
  const plan = decided.is === "send" ? decided.plan : undefined;
  const considered = plan?.considered ?? ("considered" in decided ? (decided.considered ?? []) : []);
  return {
    is: decided.is,
    ...("reason" in decided && { reason: decided.reason }),
    ...(decided.is === "hold" && { until: isoOf(decided.until) }),
    steps: (plan?.steps ?? []).map((step) => ({ ...step, costMicros: costOf(step, message, senders) })),
    considered: [...considered],
  };
}

function costOf({ channel, senderId }: Step, message: Message, senders: readonly Sender[]): number {
  const price = senders.find(({ id }) => id === senderId)?.costMicros ?? 0;
  return price * (renderingOn(channel, message).segments ?? 1);
}
