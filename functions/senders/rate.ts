import { zoneDayAt } from "../platform/zone-time.ts";
import type { Sender } from "./sender.ts";

/** Lanes of a sender: how many of its batches may be in flight. */
export interface Lanes {
  readonly urgent: number;
  readonly bulk: number;
}

/** Seconds between the end of one batch and the start of the next in its lane; lanes cover this gap. */
const handOverSeconds = 0.1;

/** As many bulk lanes as keep the sender busy while batches are handed over and providers are slow, and one more for the day one of them dies. */
export function lanesOf(sender: Pick<Sender, "mps">): Lanes {
  return { urgent: 2, bulk: 4 + Math.ceil(sender.mps * handOverSeconds) };
}

/** Message groups of a lane kind: more than lanes, so that the last messages of a backlog still fill them all. */
export function groupsOf(lanes: number): number {
  return lanes * 4;
}

/** Whether a sender is too slow for queues of its own, which cost polls day and night; slow senders share a pair. */
export function isPooled(sender: Pick<Sender, "mps">): boolean {
  return sender.mps <= pooledUpTo;
}

const pooledUpTo = 3;

/** Name of the pair of queues that slow senders share. */
export const pool = "*";

/** Largest batch: at most one second's worth of slots. */
export function batchSizeOf(sender: Pick<Sender, "mps">): number {
  return Math.min(10, Math.max(1, Math.floor(sender.mps)));
}

/** Segments whose slots are taken at once, which an urgent message may have to wait for: fewer when one is to be expected. */
export function runOf(sender: Pick<Sender, "mps">, isAlert = false): number {
  return Math.max(1, Math.floor(sender.mps * (isAlert ? 0.05 : 0.2)));
}

/** The most segments a sender may send on the day of an instant, by whichever limit is the lower one. */
export function capToday(
  { perDay, warmUp }: Pick<Sender, "perDay" | "warmUp">,
  now: number,
): { readonly segments: number; readonly zone: string } | undefined {
  const warm = warmUp && warmUpDay(warmUp, now);
  if (!warm) return perDay;
  return perDay && perDay.segments < warm.segments ? perDay : warm;
}

function warmUpDay(
  { startsOn, zone, perDay }: NonNullable<Sender["warmUp"]>,
  now: number,
): { readonly segments: number; readonly zone: string } | undefined {
  const today = Date.parse(zoneDayAt(now, zone));
  const day = Math.round((today - Date.parse(startsOn)) / 86_400_000);
  const segments = perDay[Math.max(0, day)];
  return segments === undefined ? undefined : { segments, zone };
}
