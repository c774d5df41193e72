import { createHash } from "node:crypto";
import * as z from "zod/mini";

/** A caller's own key for one request; the same key never creates twice. */
export const IdempotencyKey = z
  .string()
  .check(z.minLength(1), z.maxLength(255), z.regex(/^[\x21-\x7e]+$/, "printable characters without spaces"));

/** How long an unfinished request blocks its key before a retry may take over, and how long answers are kept. */
export const lockMilliseconds = 30_000;
/** How long an answer can be replayed. */
export const keepMilliseconds = 7 * 24 * 3_600_000;

/** What is remembered of a request. */
export interface Remembered {
  readonly requestHash: string;
  /** Seed of the ids the request creates: a retry that takes over creates the same things again, not others. */
  readonly seed: string;
  readonly lockedUntil: number;
  readonly expiresAt: number;
  readonly answer?: { readonly status: number; readonly body: string };
}

/** What to do with a request whose key has been seen before. */
export type Verdict = "first" | "take-over" | "replay" | "in-progress" | "mismatch";

/** The rule of the Idempotency-Key header, with 422 for another request and 409 for one still in progress. */
export function verdictOn(remembered: Remembered | undefined, requestHash: string, now: number): Verdict {
  if (!remembered || remembered.expiresAt <= now) return "first";
  if (remembered.requestHash !== requestHash) return "mismatch";
  if (remembered.answer) return "replay";
  return remembered.lockedUntil > now ? "in-progress" : "take-over";
}

/** Fingerprint of a request: operation and raw body. */
export function hashOf(operation: string, body: string): string {
  return createHash("sha256").update(operation).update("\n").update(body).digest("hex");
}
