/** How one try of a call ended: with a status, or without an answer. */
export interface Outcome {
  readonly status: number | undefined;
  /** Code of the problem, when the API named one. */
  readonly code?: string | undefined;
  /** The header as it came. */
  readonly retryAfter?: string | null | undefined;
}

/** Most tries of one call, the first included. */
const triesLimit = 5;
/** What the waits grow from, and up to. */
const [firstWait, longestWait] = [200, 10_000];
/** A server that asks for more patience than this is told to the caller instead. */
const patience = 120_000;

/**
 * Milliseconds until a call is made again; undefined when it is over. A call that may have had an effect is made again
 * only if a second one has none: `isSafe`.
 */
export function waitBeforeRetry(
  outcome: Outcome,
  { tries, isSafe, now, random }: { tries: number; isSafe: boolean; now: number; random: () => number },
): number | undefined {
  if (tries >= triesLimit || !mayPass(outcome, isSafe)) return undefined;
  const asked = askedFor(outcome.retryAfter, now);
  if (asked !== undefined && asked > patience) return undefined;
  // Somewhere below the limit: callers that failed together must not come back together.
  const own = random() * Math.min(longestWait, firstWait * 2 ** tries);
  return Math.round(Math.max(asked ?? 0, own));
}

function mayPass({ status, code }: Outcome, isSafe: boolean): boolean {
  // Refused before anything was done, or under way by an earlier try with the same key.
  if (status === 429 || code === "idempotency.in-progress") return true;
  return isSafe && (status === undefined || status === 408 || status >= 500);
}

/** Seconds or a date, as HTTP has it. */
function askedFor(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  const milliseconds = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
