import * as z from "zod/mini";
import { Channel } from "../channels/channel.ts";
import { Purpose } from "../messages/category.ts";
import { ConsentEntry, type ConsentState, consentAllows, consentKey } from "./consent.ts";

/** Why an address cannot be reached, and until when we believe it. */
export const Reach = z.object({
  state: z.enum(["reachable", "unreachable"]),
  at: z.int(),
  reason: z.optional(z.string()),
  /** Try again after this instant. @default never by itself */
  until: z.optional(z.int()),
});

/**
 * The gate of a contact: consent, recent sends and reachability in one item.
 * Everything that could forbid a send writes this item, so that one conditional write orders a send against an opt-out.
 */
export const Gate = z.object({
  contactId: z.string().check(z.startsWith("con_")),
  version: z.int(),
  consents: z.record(
    z.string(),
    z.object({ state: z.enum(["in", "out"]), at: z.int(), entryId: z.string() }),
  ),
  /** Attempts that took the gate; void means that it was closed to them before they could, whatever they were. */
  claims: z.record(
    z.string(),
    z.object({
      at: z.int(),
      addressId: z.optional(z.string()),
      channel: z.optional(Channel),
      purpose: z.optional(Purpose),
      is: z.enum(["claimed", "void"]),
      /** The run that took it, and the sender it goes by. */
      by: z.optional(z.string()),
      senderId: z.optional(z.string()),
    }),
  ),
  reach: z.record(z.string(), Reach),
  /** How the person last answered or opened something. */
  lastUsed: z.optional(z.object({ channel: Channel, addressId: z.string(), at: z.int() })),
  /** Entries whose copy in the ledger has not been confirmed yet. */
  unwritten: z.array(ConsentEntry),
  /** When the contact was erased: nothing is sent from then on. */
  erasedAt: z.optional(z.int()),
});
/** The gate of a contact. */
export type Gate = z.infer<typeof Gate>;

/** The gate of a contact nobody has written to. */
export function openGate(contactId: string): Gate {
  return { contactId, version: 0, consents: {}, claims: {}, reach: {}, unwritten: [] };
}

/** The state of a consent. */
export function consentIn(gate: Gate, addressId: string, purpose: Purpose): ConsentState {
  return gate.consents[consentKey(addressId, purpose)]?.state ?? "none";
}

/** What an attempt wants to do when it takes the gate. */
export interface Claim {
  readonly attemptId: string;
  readonly addressId: string;
  readonly channel: Channel;
  readonly purpose: Purpose;
  /** Answers to a keyword are owed even to a person who has just opted out. */
  readonly ignoresConsent: boolean;
  readonly capPerMonth: number | undefined;
  /** Who takes it: knows a claim of its own again whose confirmation was lost. */
  readonly by?: string;
  readonly senderId?: string;
}

/** Why the gate stayed closed. */
export type Closed = "no-consent" | "opted-out" | "cap-reached" | "contact-erased";

/** What taking the gate came to. */
export type Taken =
  | { readonly is: "claimed"; readonly gate: Gate }
  | { readonly is: "closed"; readonly reason: Closed }
  /** It was taken for this attempt before: when, and for which way. */
  | { readonly is: "repeat"; readonly claim: Gate["claims"][string] }
  | { readonly is: "void" };

/** Length of the month that caps count in. */
export const capWindowMilliseconds = 30 * 24 * 3_600_000;
/** How long a claim is kept as a guard against late redeliveries; queues keep messages for up to 14 days. */
const claimKeptMilliseconds = capWindowMilliseconds;

/** Takes the gate for an attempt: at most once per attempt, never without consent, never over the cap. */
export function takeGate(gate: Gate, claim: Claim, now: number): Taken {
  const earlier = gate.claims[claim.attemptId];
  if (earlier) return claim.by && earlier.by === claim.by ? { is: "claimed", gate } : again(earlier);
  if (gate.erasedAt !== undefined) return { is: "closed", reason: "contact-erased" };
  const consent = consentIn(gate, claim.addressId, claim.purpose);
  if (!claim.ignoresConsent && !consentAllows(claim.purpose, consent)) {
    return { is: "closed", reason: consent === "out" ? "opted-out" : "no-consent" };
  }
  if (claim.capPerMonth !== undefined && isOverCap(gate, claim, claim.capPerMonth, now)) {
    return { is: "closed", reason: "cap-reached" };
  }
  const { attemptId, addressId, channel, purpose, by, senderId } = claim;
  const way = { addressId, channel, ...(senderId && { senderId }) };
  const taken = { at: now, ...way, purpose, is: "claimed", ...(by && { by }) } as const;
  return { is: "claimed", gate: withClaim(gate, attemptId, taken, now) };
}

function isOverCap(gate: Gate, claim: Claim, cap: number, now: number): boolean {
  const messages = messagesInMonth(gate, claim.purpose, now);
  return !messages.has(messageOf(claim.attemptId)) && messages.size >= cap;
}

/** Messages of a purpose that took the gate in the last 30 days. A failover step counts with its message, not again. */
export function sentInMonth(gate: Gate, purpose: Purpose, now: number): number {
  return messagesInMonth(gate, purpose, now).size;
}

function messagesInMonth(gate: Gate, purpose: Purpose, now: number): ReadonlySet<string> {
  const messages = Object.entries(gate.claims)
    .filter(
      ([, claim]) =>
        claim.is === "claimed" && claim.purpose === purpose && claim.at > now - capWindowMilliseconds,
    )
    .map(([attemptId]) => messageOf(attemptId));
  return new Set(messages);
}

/** Gives the gate back: only for an attempt that provably reached no provider, and only what the same run took. The same gate when that has nothing. */
export function refund(gate: Gate, attemptId: string, by: string | undefined): Gate {
  const { [attemptId]: taken, ...claims } = gate.claims;
  return taken?.is === "claimed" && taken.by === by ? { ...gate, claims } : gate;
}

/** Closes the gate to one attempt, so that a late worker cannot send it any more. */
export function voidClaim(gate: Gate, attemptId: string, now: number): Taken {
  const earlier = gate.claims[attemptId];
  if (earlier) return again(earlier);
  return { is: "claimed", gate: withClaim(gate, attemptId, { at: now, is: "void" }, now) };
}

function again(claim: Gate["claims"][string]): Taken {
  return claim.is === "void" ? { is: "void" } : { is: "repeat", claim };
}

function withClaim(gate: Gate, attemptId: string, claim: Gate["claims"][string], now: number): Gate {
  const kept = Object.entries(gate.claims).filter(([, { at }]) => at > now - claimKeptMilliseconds);
  return { ...gate, claims: { ...Object.fromEntries(kept), [attemptId]: claim } };
}

function messageOf(attemptId: string): string {
  return attemptId.slice(0, attemptId.lastIndexOf("."));
}
