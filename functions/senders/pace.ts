import type { Clock } from "../platform/clock.ts";
import { capToday, type Sender } from "./sender.ts";
import { type Correction, horizonOf, type Taken } from "./slots.ts";
import type { SlotStore } from "./slots.store.ts";

/** What a worker has learnt of the machine it runs on; it outlives the batch. */
export interface Timing {
  /** Milliseconds by which its timers may be late. */
  slack: number;
  /** Milliseconds a look at the slot clock takes. */
  lead: number;
}

/** A timer that is later than this was held up by something: the call takes a new slot. */
const longestSlackMilliseconds = 50;
const shortestSlackMilliseconds = 2;
/** What a worker assumes before it has measured anything. */
export const untriedTiming: Timing = { slack: shortestSlackMilliseconds, lead: 5 };
const longestLeadMilliseconds = 250;

/** One batch's way through the slot clock of its sender. */
export interface Pace {
  /** Waits for its turn and takes slots for the next messages. */
  readonly take: (segments: readonly number[], toCome: number) => Promise<Given>;
  /** Waits for a slot; false when it was missed and a new one has to be taken. */
  readonly untilSlot: (at: number) => Promise<boolean>;
  /** Says that a slot is not used after all. */
  readonly leave: (at: number) => void;
  /** Waits until the next slots can be asked for: not earlier, so that an urgent message finds the next slot free. */
  readonly untilNextAsk: (lastStart: number) => Promise<void>;
}

/** Slots, or why there are none and until when. */
export type Given =
  | { readonly is: "slots"; readonly starts: readonly number[] }
  | { readonly is: "none"; readonly until: number | undefined; readonly reason: string };

/** What pacing works with. */
export interface PaceUsing {
  readonly slots: Pick<SlotStore, "take">;
  readonly timing: Timing;
  readonly clock: Clock;
}

/** The pace of one batch; `by` is different for every batch that is ever on its way. */
export function paceOf(sender: Sender, by: string, isUrgent: boolean, using: PaceUsing): Pace {
  const { clock, timing } = using;
  let corrections: Correction[] = [];
  const ask = async (segments: readonly number[], toCome: number): Promise<Taken> => {
    const told = corrections;
    const from = clock.now();
    const taken = await using.slots.take(sender.id, () => {
      const now = clock.now();
      return {
        by,
        now,
        segments,
        toCome,
        isUrgent,
        mps: sender.mps,
        lead: timing.lead,
        slack: timing.slack,
        corrections: told,
        cap: capToday(sender, now),
      };
    });
    if (taken.is === "slots") corrections = corrections.filter((one) => !told.includes(one));
    const took = clock.now() - from;
    timing.lead = Math.min(longestLeadMilliseconds, timing.lead * 0.8 + took * 1.2 * 0.2);
    return taken;
  };
  return {
    take: async (segments, toCome) => {
      const patience = clock.now() + horizonOf(sender.mps);
      for (;;) {
        const taken = await ask(segments, toCome);
        if (taken.is === "slots") return { is: "slots", starts: taken.starts };
        if (taken.is === "closed") return { is: "none", until: taken.until, reason: taken.reason };
        if (taken.is === "later" || taken.until > patience)
          return { is: "none", until: taken.until, reason: "sender-busy" };
        await clock.sleepUntil(Math.max(taken.until, clock.now() + 1));
      }
    },
    untilSlot: async (at) => {
      await clock.sleepUntil(at);
      const now = clock.now();
      const late = now - at;
      const isOnTime = late <= timing.slack;
      if (late > timing.slack)
        timing.slack = Math.min(longestSlackMilliseconds, Math.max(late, timing.slack * 2));
      else timing.slack = Math.max(shortestSlackMilliseconds, timing.slack * 0.98);
      // The clock shows whole milliseconds: the call may start just before the next one.
      corrections.push(isOnTime ? { planned: at, actual: now + 1 } : { planned: at });
      return isOnTime;
    },
    leave: (at) => void corrections.push({ planned: at }),
    untilNextAsk: (lastStart) => clock.sleepUntil(lastStart - timing.lead),
  };
}
