import * as z from "zod/mini";
import { Purpose } from "../messages/category.ts";

/** How a consent was given or taken back. */
export const ConsentMethod = z.enum([
  "web-form",
  "web-button",
  "keyword",
  "paper",
  "point-of-sale",
  "voice",
  "app",
  "import",
  "agent",
  "api",
  "unsubscribe-link",
  "provider-block",
  "carried-over",
]);

/** One entry of the consent ledger: the proof that consent was given or withdrawn; never changed, never removed. */
export const ConsentEntry = z.object({
  id: z.string().check(z.startsWith("cse_")),
  contactId: z.string().check(z.startsWith("con_")),
  addressId: z.string().check(z.startsWith("adr_")),
  purpose: Purpose,
  state: z.enum(["in", "out"]),
  method: ConsentMethod,
  at: z.int(),
  /** Who recorded it: an API key, a keyword, an agent. */
  actor: z.string().check(z.maxLength(128)),
  /** What the person was shown when they agreed. */
  textShown: z.optional(z.string().check(z.maxLength(4000))),
  source: z.optional(z.string().check(z.maxLength(2048))),
});
/** One entry of the consent ledger. */
export type ConsentEntry = z.infer<typeof ConsentEntry>;

/** What is known of a consent right now. */
export type ConsentState = "in" | "out" | "none";

/** Key of a consent: one address for one purpose. */
export function consentKey(addressId: string, purpose: Purpose): string {
  return `${addressId}/${purpose}`;
}

/** Marketing needs an opt-in; the other purposes only stop at an opt-out; an emergency reaches everyone. */
export function consentAllows(purpose: Purpose, state: ConsentState): boolean {
  return consentRules[purpose](state);
}

const consentRules = {
  marketing: (state) => state === "in",
  service: (state) => state !== "out",
  transactional: (state) => state !== "out",
  otp: (state) => state !== "out",
  emergency: () => true,
} as const satisfies Record<Purpose, (state: ConsentState) => boolean>;

/** The purposes that STOP ends: all that need or respect consent. */
export const stoppable = [
  "marketing",
  "service",
  "transactional",
  "otp",
] as const satisfies readonly Purpose[];
