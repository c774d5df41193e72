import type { Clock } from "../platform/clock.ts";
import type { Webhook } from "./webhook.ts";

/** How old the list may be: what is new or changed takes effect within this. */
const restMilliseconds = 5_000;

/** Reads the endpoints for all events of an execution environment: one read in five seconds, whatever its load. */
export function webhooksReader(
  list: () => Promise<readonly Webhook[]>,
  clock: Clock,
): () => Promise<readonly Webhook[]> {
  let kept: { readonly read: Promise<readonly Webhook[]>; readonly at: number } | undefined;
  return async () => {
    const now = clock.now();
    const mine = kept && now - kept.at < restMilliseconds ? kept : { read: list(), at: now };
    kept = mine;
    try {
      return await mine.read;
    } catch (error) {
      if (kept === mine) kept = undefined;
      throw error;
    }
  };
}
