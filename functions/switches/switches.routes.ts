import * as z from "zod/mini";
import type { Operations } from "../platform/routes.ts";
import { Circuit } from "./circuit.ts";
import { Off, Scope, Turn } from "./switch.ts";

const Time = z.iso.datetime();
const Reason = z.string().check(z.minLength(1), z.maxLength(200));

/** All switches as callers see them. */
export const SwitchesView = z.object({
  /** What is off: nothing goes out by it, and what would waits. */
  off: z.array(z.object({ ...Off.shape, since: Time })),
  /** Connections whose providers are out, which switch themselves: what would go by them waits or takes another one. */
  out: z.array(
    z.object({
      ...z.pick(Circuit, { connection: true, reason: true }).shape,
      since: Time,
      looksAgainAt: Time,
    }),
  ),
  /** Who turned which switch when and why, newest first. */
  turns: z.array(z.object({ ...z.omit(Turn, { number: true }).shape, at: Time })),
});

/** What callers can do with switches. */
export const switchRoutes = {
  listSwitches: {
    at: "GET /v1/switches",
    does: "Lists what is switched off, which providers are out, and the last turns of all switches.",
    query: z.object({
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200)), 50),
    }),
    reply: SwitchesView,
  },
  switchOff: {
    at: "PUT /v1/switches/{scope}/{id}",
    does: `Switches off a ${Scope.options.join(", a ")}: within a minute nothing goes out by it. What would waits and loses nothing but time.`,
    body: z
      .strictObject({ reason: Reason })
      .check(z.meta({ examples: [{ reason: "Wrong price in the text." }] })),
    reply: SwitchesView,
    problems: ["switch.not-found", "switch.too-many"],
  },
  switchOn: {
    at: "DELETE /v1/switches/{scope}/{id}",
    does: "Switches it on again; what waited for it goes on within a minute.",
    reply: SwitchesView,
    problems: ["switch.not-found"],
  },
} as const satisfies Operations;
