import { sentInMonth } from "../consent/gate.ts";
import { whereaboutsOf } from "../contacts/zones.ts";
import { capFor, pausedUntil } from "../preferences/choice.ts";
import { type RouteInput, type Way, waysTo } from "./candidates.ts";
import { capOf, goesOver, respectsQuietHours, keepsDeadlinesCoarsely } from "./category.ts";
import type { Candidate, Plan, RouteReason, Step } from "./plan.ts";
import { goesByOf } from "./message.ts";
import { closedBy, hoursFor, nextAllowed } from "./quiet-hours.ts";
import { rank, type Ranked } from "./rank.ts";
import { circuitReason, shutFor } from "../switches/circuit.ts";
import { offFor, waitReason } from "../switches/switch.ts";

/** What routing comes to. */
export type Decision =
  | { readonly is: "send"; readonly plan: Plan }
  | { readonly is: "hold"; readonly until: number; readonly reason: string; readonly considered: Candidate[] }
  /** Until a switch is lifted or a circuit closes. */
  | { readonly is: "wait"; readonly reason: string; readonly considered: Candidate[] }
  | { readonly is: "suppress"; readonly reason: string; readonly considered: Candidate[] }
  | { readonly is: "expire" };

/** Decides whether a message may go, when, and on which channels in which order; the same input, the same decision. */
export function decide(input: RouteInput): Decision {
  const { message, category, contact, gate, now } = input;
  if (message.expiresAt <= now) return { is: "expire" };
  if (message.sendAt !== undefined && message.sendAt > now) {
    return { is: "hold", until: message.sendAt, reason: "send-at", considered: [] };
  }
  const off = input.board && offFor(input.board, { ...goesByOf(message), category: category.id });
  if (off) return { is: "wait", reason: waitReason(off), considered: [] };
  if (message.replyTo) return answerWhereTheyWrote(input);
  const { open, closed } = waysTo(input);
  const ranked = rank(open, input);
  const chosen = bestOnEachChannel(ranked, category.failover.maxSteps);
  const considered = [...ranked.map((way) => candidateOf(way, chosen.includes(way))), ...closed];
  if (chosen.length === 0)
    return waitForSwitch(input, considered) ?? { is: "suppress", reason: mostTelling(closed), considered };
  const [first] = chosen;
  const shut = first && input.board && shutFor(input.board, first.sender.connection);
  if (shut) return { is: "wait", reason: circuitReason(shut), considered };
  const cap = capFor(category, contact.preferences);
  if (cap !== undefined && sentInMonth(gate, category.purpose, now) >= cap) {
    const reason = cap === capOf(category) ? "cap-reached" : "contact-frequency-reached";
    return { is: "suppress", reason, considered };
  }
  return (
    waitFor(input, chosen, considered) ?? {
      is: "send",
      plan: {
        steps: stepsOf(chosen, input),
        considered,
        decidedAt: now,
        ...(keepsDeadlinesCoarsely(category) && { grain: "cohort" as const }),
      },
    }
  );
}

/** A pause the person asked for, then quiet hours of the first step's address; undefined when the hour is right. */
function waitFor(input: RouteInput, chosen: readonly Way[], considered: Candidate[]): Decision | undefined {
  const { category, contact, brand, message, now } = input;
  const paused = pausedUntil(contact.preferences, category.purpose, now);
  if (paused !== undefined) {
    const reason = "contact-paused";
    if (paused >= message.expiresAt) return { is: "suppress", reason, considered };
    return { is: "hold", until: paused, reason, considered };
  }
  if (!respectsQuietHours(category)) return undefined;
  const where = whereaboutsOf(contact, chosen[0]?.address, brand.homeCountry);
  const hours = hoursFor(category.purpose, where, brand.hours, contact.preferences);
  const closed = closedBy(hours, now);
  if (closed === undefined) return undefined;
  const until = nextAllowed(hours, now);
  if (until === undefined || until >= message.expiresAt) {
    return { is: "suppress", reason: "no-allowed-hour-before-expiry", considered };
  }
  return { is: "hold", until, reason: `quiet-hours: ${closed}`, considered };
}

/** Another sender that can carry a message over the same step, while the provider of the planned one is out. */
export function anotherWay(input: RouteInput, step: Step): Way | undefined {
  if (input.message.replyTo || !goesOver(input.category)) return undefined;
  const ranked = rank(waysTo(input).open, input);
  return ranked.find(({ channel, address }) => channel === step.channel && address.id === step.addressId);
}

/** Whether there would be a way if all switches and circuits let through: they delay a message and never lose it. */
function waitForSwitch(input: RouteInput, considered: Candidate[]): Decision | undefined {
  const { board, ...rest } = input;
  if (!board || (board.off.length === 0 && !board.circuits?.length)) return undefined;
  for (const { channel, sender } of waysTo(rest).open) {
    const off = offFor(board, { sender: sender.id, channel });
    if (off) return { is: "wait", reason: waitReason(off), considered };
    const shut = shutFor(board, sender.connection);
    if (shut) return { is: "wait", reason: circuitReason(shut), considered };
  }
  return undefined;
}

function answerWhereTheyWrote({ message, now, board, senders }: RouteInput): Decision {
  if (!message.replyTo) return { is: "expire" };
  const { addressId, senderId } = message.replyTo;
  const off = board && offFor(board, { sender: senderId, channel: "sms" });
  if (off) return { is: "wait", reason: waitReason(off), considered: [] };
  const sender = senders.find(({ id }) => id === senderId);
  const shut = board && sender && shutFor(board, sender.connection);
  if (shut) return { is: "wait", reason: circuitReason(shut), considered: [] };
  const step: Step = { channel: "sms", addressId, senderId, waitSeconds: 0 };
  const considered: Candidate[] = [{ channel: "sms", addressId, senderId, reason: "chosen", points: [] }];
  return { is: "send", plan: { steps: [step], considered, decidedAt: now } };
}

function bestOnEachChannel(ranked: readonly Ranked[], limit: number): readonly Ranked[] {
  const best: Ranked[] = [];
  for (const way of ranked) {
    if (best.length === limit) break;
    if (!best.some(({ channel }) => channel === way.channel)) best.push(way);
  }
  return best;
}

function stepsOf(chosen: readonly Way[], { category }: RouteInput): Step[] {
  return chosen.map(({ channel, address, sender }, index) => ({
    channel,
    addressId: address.id,
    senderId: sender.id,
    waitSeconds: index < chosen.length - 1 ? category.failover.waitSeconds : 0,
  }));
}

function candidateOf({ channel, address, sender, score, points }: Ranked, isChosen: boolean): Candidate {
  const reason = isChosen ? "chosen" : "not-needed";
  return { channel, addressId: address.id, senderId: sender.id, reason, score, points };
}

/** The reason that helps most: what the person decided, then what is true of them, then what we lack. */
const telling: readonly RouteReason[] = [
  "opted-out",
  "no-consent",
  "not-wanted",
  "push-denied",
  "unreachable",
  "landline",
  "alphanumeric-not-supported",
  "alphanumeric-needs-registration",
  "reply-not-possible",
  "sender-not-for-country",
  "country-unknown",
  "text-too-long",
  "media-not-possible",
  "subject-missing",
  "no-sender",
  "no-address",
  // Said of a way that nobody needs: it never keeps a message from anybody who has another one.
  "media-not-needed",
];

function mostTelling(closed: readonly Candidate[]): string {
  return telling.find((reason) => closed.some((way) => way.reason === reason)) ?? "no-sender";
}
