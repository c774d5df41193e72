import * as z from "zod/mini";
import { EventName } from "../platform/events.ts";
import type { Posted } from "../platform/guarded-post.ts";
import { millisecondsIn } from "../platform/retry-after.ts";

/** One try to post an event. */
export const Try = z.object({
  at: z.int(),
  milliseconds: z.int(),
  /** What the endpoint answered. */
  status: z.optional(z.int()),
  /** Why there was no answer. */
  error: z.optional(z.string()),
});

/** One event on its way to one endpoint. */
export const Delivery = z.object({
  webhookId: z.string(),
  eventId: z.string().check(z.startsWith("evt_")),
  type: EventName,
  /** `skipped`: the endpoint was disabled. */
  status: z.enum(["waiting", "delivered", "failed", "skipped"]),
  /** Exactly what is posted. */
  body: z.string(),
  /** The latest tries, oldest first. */
  tries: z.array(Try),
  /** Tries since it was last asked for: these make up the schedule. */
  tried: z.int(),
  /** How often it has been asked for again. */
  replays: z.int(),
  nextAt: z.optional(z.int()),
  version: z.int(),
});
/** One event on its way to one endpoint. */
export type Delivery = z.infer<typeof Delivery>;

const minute = 60_000;
const hour = 60 * minute;
/** How long after a try that failed the next one comes; after the last there is none. */
export const retryPauses = [
  5_000,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  10 * hour,
] as const;

/** An endpoint that asks for more time gets at most this. */
const longestPause = 24 * hour;
const triesLimit = 20;
const gone = 410;

/** An event that nobody has tried to post yet. */
export function newDelivery(
  webhookId: string,
  { eventId, type, body }: Pick<Delivery, "eventId" | "type" | "body">,
): Delivery {
  return { webhookId, eventId, type, status: "waiting", body, tries: [], tried: 0, replays: 0, version: 0 };
}

/** Whether an endpoint has taken an event; only a 2xx says so, and what leads elsewhere is not followed. */
export function isTaken(posted: Posted): boolean {
  return posted.is === "answered" && posted.status >= 200 && posted.status < 300;
}

/** Whether an endpoint says that it will never take events again. */
export function isGone(posted: Posted): boolean {
  return posted.is === "answered" && posted.status === gone;
}

/** A delivery after a try that ended now. */
export function tried(
  delivery: Delivery,
  posted: Posted,
  { at, now }: { readonly at: number; readonly now: number },
): Delivery {
  const { nextAt: _nextAt, ...rest } = delivery;
  const answer = posted.is === "answered" ? { status: posted.status } : { error: posted.reason };
  const one = { at, milliseconds: Math.max(0, now - at), ...answer };
  const next = { ...rest, tries: [...rest.tries, one].slice(-triesLimit), tried: rest.tried + 1 };
  if (isTaken(posted)) return { ...next, status: "delivered" };
  const pause = pauseAfter(next.tried, posted, now);
  return pause === undefined || isGone(posted)
    ? { ...next, status: "failed" }
    : { ...next, status: "waiting", nextAt: now + pause };
}

/** A delivery that was not tried because its endpoint is disabled. */
export function skipped(delivery: Delivery): Delivery {
  const { nextAt: _nextAt, ...rest } = delivery;
  return { ...rest, status: "skipped" };
}

/** A delivery that is to be made once more, from the start of the schedule. */
export function replayed(delivery: Delivery): Delivery {
  const { nextAt: _nextAt, ...rest } = delivery;
  return { ...rest, status: "waiting", tried: 0, replays: rest.replays + 1 };
}

function pauseAfter(number: number, posted: Posted, now: number): number | undefined {
  const pause = retryPauses[number - 1];
  if (pause === undefined) return undefined;
  const asked = posted.is === "answered" ? millisecondsIn(posted.retryAfter, now) : 0;
  return Math.max(pause, Math.min(asked, longestPause));
}
