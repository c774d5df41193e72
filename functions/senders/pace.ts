import type { Clock } from "../platform/clock.ts";
import { log } from "../platform/log.ts";
import { capToday, type Sender } from "./sender.ts";
import { horizonOf, shareOf } from "./line.ts";
import type { Correction } from "./slot-clock.ts";
import { spacingOf } from "./window.ts";
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
const slackDecay = 0.98;
/** What a worker assumes before it has measured anything. */
export const untriedTiming: Timing = { slack: shortestSlackMilliseconds, lead: 5 };
const longestLeadMilliseconds = 250;
/** A look that takes longer than usual must not cost a slot: nobody can send faster later on to make up for it. */
const leadsAhead = 3;
const leadDecay = 0.95;
const leadsUntilSilent = 6;
const shortestAnswerMilliseconds = 60;
const shortestAheadMilliseconds = 5;
const shortestPauseMilliseconds = 2;
/** Workers that met at the clock come back within this time, each at its own; those who meet again, within twice of it. */
const contendedMilliseconds = 30;
const longestContendedMilliseconds = 1_000;

/** One batch's way through the slot clock of its sender. */
export interface Pace {
  /** Waits for its turn and takes slots for the next messages; unless it is said how many segments follow, as many as before. */
  readonly take: (segments: readonly number[], toCome?: number) => Promise<Given>;
  /** Waits for a slot; false when it was missed and a new one has to be taken. */
  readonly untilSlot: (at: number) => Promise<boolean>;
  /** Says that a slot is not used after all. */
  readonly leave: (at: number) => void;
  /** Waits until the slots after a call are to be asked for: not earlier, so that an urgent message finds the next slot free. */
  readonly untilNextAsk: (lastStart: number, segments: number) => Promise<void>;
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
  let coming = 0;
  /** How late the call of a slot may be, as the clock was told when it gave it. */
  const slackOf = new Map<number, number>();
  const ahead = () => shortestAheadMilliseconds + leadsAhead * timing.lead;
  let last: Promise<unknown> = Promise.resolve();
  /** One ask at a time: the next one tells what became of the one before. */
  const ask = (segments: readonly number[], toCome: number) => {
    const asked = last.then(() => askNow(segments, toCome));
    last = asked.catch(() => undefined);
    return asked;
  };
  const askNow = async (segments: readonly number[], toCome: number) => {
    let told: readonly Correction[] = [];
    let from = clock.now();
    let isAwaited = true;
    const { slack } = timing;
    const answer = using.slots.take(sender.id, () => {
      if (!isAwaited) return undefined;
      const now = clock.now();
      // Another try, should somebody else have been faster, takes its slots from then on.
      from = now;
      // What becomes known while the answer is on its way is told next time.
      told = [...corrections];
      return {
        by,
        now,
        segments,
        toCome,
        isUrgent,
        mps: sender.mps,
        lead: timing.lead,
        ahead: ahead(),
        slack,
        corrections: told,
        wasTold: (at) => slackOf.has(at),
        cap: capToday(sender, now),
      };
    });
    const taken = await unlessSilent(answer, answerLimitOf(timing), clock);
    isAwaited = false;
    if (taken.is === "silent") {
      // Were the wait never made longer, a table that is always slow would never be heard.
      timing.lead = Math.min(longestLeadMilliseconds, 2 * timing.lead);
      return { is: "contended" as const };
    }
    if (taken.is !== "slots") return taken;
    for (const at of taken.starts) slackOf.set(at, slack);
    corrections = corrections.filter((one) => !told.includes(one));
    // A slot that is missed is lost, one that is asked for too early only delays urgent messages: learn fast, forget slowly.
    const took = clock.now() - from;
    timing.lead = Math.min(longestLeadMilliseconds, Math.max(took, timing.lead * leadDecay));
    return taken;
  };
  return {
    take: async (segments, toCome = coming) => {
      coming = toCome;
      const patience = clock.now() + horizonOf(sender.mps);
      try {
        for (let tries = 1, met = 0; ; tries += 1) {
          const taken = await ask(segments, toCome);
          if (taken.is === "slots") return { is: "slots", starts: taken.starts };
          if (taken.is === "closed") return { is: "none", until: taken.until, reason: taken.reason };
          const now = clock.now();
          met = taken.is === "contended" ? met + 1 : 0;
          const again =
            taken.is === "contended" ? now + contendedFor(met) * shareOf(`${by}/${tries}`) : taken.until;
          if (taken.is === "later" || again > patience)
            return { is: "none", until: again, reason: "sender-busy" };
          await clock.sleepUntil(Math.max(again, now + shortestPauseMilliseconds));
        }
      } catch (error) {
        // The clock's table may fail: then nothing is sent, because nobody knows who else is sending.
        log.error("slots-unavailable", error, { senderId: sender.id });
        return { is: "none", until: undefined, reason: "slots-unavailable" };
      }
    },
    untilSlot: async (at) => {
      const isAhead = clock.now() < at;
      await clock.sleepUntil(at);
      // The clock shows whole milliseconds: the call may start just before the next one.
      const started = clock.now() + 1;
      const late = started - at;
      const isOnTime = late <= (slackOf.get(at) ?? 0);
      // Only a timer says how late timers are; an answer that came after its slot says something of the table.
      if (isAhead) timing.slack = slackAfter(timing.slack, late);
      corrections.push(isOnTime ? { planned: at, actual: started } : { planned: at });
      return isOnTime;
    },
    leave: (at) => void corrections.push({ planned: at }),
    untilNextAsk: (lastStart, segments) =>
      clock.sleepUntil(lastStart + segments * spacingOf(sender.mps) - ahead()),
  };
}

/** Learns fast that timers are late, and forgets it slowly. */
function slackAfter(slack: number, late: number): number {
  return late > slack
    ? Math.min(longestSlackMilliseconds, Math.max(late, slack * 2))
    : Math.max(shortestSlackMilliseconds, slack * slackDecay);
}

/** How long workers that met at the clock spread their next tries. */
function contendedFor(met: number): number {
  return Math.min(longestContendedMilliseconds, contendedMilliseconds * 2 ** (met - 1));
}

/** How long an answer of the clock is waited for: a slow table must cost one slot or two, not a second. */
function answerLimitOf({ lead }: Timing): number {
  return Math.max(shortestAnswerMilliseconds, leadsUntilSilent * lead);
}

/** Gives up an answer that does not come; should it have been written, the next ask makes it void. */
async function unlessSilent(
  answer: ReturnType<SlotStore["take"]>,
  limit: number,
  clock: Clock,
): Promise<Awaited<ReturnType<SlotStore["take"]>> | { readonly is: "silent" }> {
  const silence = clock.sleepUntil(clock.now() + limit).then(() => ({ is: "silent" as const }));
  return Promise.race([answer, silence]);
}
