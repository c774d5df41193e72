import type { MessageStore } from "../messages/message.store.ts";
import type { Clock } from "../platform/clock.ts";
import { changeBoard, type SwitchStore } from "./switch.store.ts";

/** What releasing works with. */
export interface ReleaseUsing {
  readonly switches: Pick<SwitchStore, "find" | "replace">;
  readonly messages: Pick<MessageStore, "pageOfWaiting">;
  readonly sendToIntake: (messageId: string) => Promise<void>;
  readonly clock: Clock;
}

/** Messages that are sent on at the same time. */
const inParallel = 25;
/** A worker with an older board may still put a message to wait this long after a lift. */
const settleMilliseconds = 60_000;

/**
 * Sends what waits for a switch back to routing, which puts to wait again what another switch keeps.
 * Does nothing unless a switch was lifted; a pass that reached the end long enough after the lift is the last one.
 */
export async function release(until: number, using: ReleaseUsing): Promise<number> {
  const { liftedAt } = await using.switches.find();
  if (liftedAt === undefined) return 0;
  const begun = using.clock.now();
  const { count, isComplete } = await sendOn(until, using);
  if (isComplete && begun >= liftedAt + settleMilliseconds)
    await changeBoard(using.switches, (board) => {
      if (board.liftedAt !== liftedAt) return board;
      const { liftedAt: _liftedAt, ...rest } = board;
      return rest;
    });
  return count;
}

async function sendOn(until: number, using: ReleaseUsing): Promise<{ count: number; isComplete: boolean }> {
  let count = 0;
  let from: string | undefined;
  do {
    const page = await using.messages.pageOfWaiting(from);
    for (let start = 0; start < page.ids.length; start += inParallel)
      await Promise.all(page.ids.slice(start, start + inParallel).map(using.sendToIntake));
    count += page.ids.length;
    from = page.next;
    if (from !== undefined && using.clock.now() >= until) return { count, isComplete: false };
  } while (from !== undefined);
  return { count, isComplete: true };
}
