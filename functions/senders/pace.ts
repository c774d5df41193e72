import type { Clock } from "../platform/clock.ts";
import { log } from "../platform/log.ts";
import { capToday } from "./rate.ts";
import type { Sender } from "./sender.ts";
import type { Missed } from "./slot-clock.ts";
import type { Insist, SlotStore } from "./slots.store.ts";
import { shareOf } from "./turn.ts";
import { horizonOf } from "./window.ts";
import {
  deskOf,
  learnLead,
  learnSlack,
  noteCall,
  noteMove,
  noteSlot,
  noteStart,
  startOf,
  type Worker,
} from "./worker.ts";

/** An answer is waited for so much longer than usual before it is asked for once more. */
const insistAfterLeads = 1.5;
const insistAfterMilliseconds = 5;
const shortestPauseMilliseconds = 1;
/** Workers that met at the clock come back within this time, each at its own; those who meet again, within twice of it. */
const contendedMilliseconds = 15;
const longestContendedMilliseconds = 1_000;

/** What may go next, and how many segments of the batch come after it. */
export interface Hand {
  readonly segments: readonly number[];
  readonly toCome: number;
}

/** One batch's way through the slot clock of its sender. */
export interface Pace {
  /** Waits for its turn and takes slots for some of what may go by then. */
  readonly choose: (hand: () => Hand) => Promise<Chosen>;
  /** Takes the next slot for one message. */
  readonly take: (segments: readonly number[]) => Promise<Given>;
  /** The next slot of one message that missed one. */
  readonly again: (missed: number, segments: number) => Promise<Given>;
  /** Waits for a slot; false when it was missed and a new one has to be taken. */
  readonly untilSlot: (at: number) => Promise<boolean>;
  /** Says that the call of a slot has left. */
  readonly began: (at: number) => void;
  /** Says that a slot is not used after all. */
  readonly leave: (at: number) => void;
  /** Leaves the clock to others. */
  readonly end: () => void;
}

/** Why there are no slots, and until when. */
export interface None {
  readonly is: "none";
  readonly until: number | undefined;
  readonly reason: string;
}

/** Slots of some of what was in the hand, by its place there. */
export type Chosen =
  | { readonly is: "slots"; readonly slots: readonly { readonly index: number; readonly at: number }[] }
  | None;

/** Slots in the order of what they were asked for. */
export type Given = { readonly is: "slots"; readonly starts: readonly number[] } | None;

/** What pacing works with. */
export interface PaceUsing {
  readonly slots: Pick<SlotStore, "take">;
  readonly worker: Worker;
  readonly clock: Clock;
}

/** The pace of one batch. */
export function paceOf(sender: Sender, isUrgent: boolean, using: PaceUsing): Pace {
  const { clock, worker } = using;
  const desk = deskOf(worker);
  const by = desk.name;
  /** How late the call of a slot may be, as the clock was told when it gave it. */
  const slackOf = new Map<number, number>();
  /** All that starts at a slot. */
  const tracksOf = new Map<number, readonly number[]>();
  /** Calls that start together wait for one timer: the one that came late would hold up what starts with it. */
  const sleeping = new Map<number, Promise<void>>();
  const sleepUntil = (at: number) => {
    const asleep = sleeping.get(at) ?? clock.sleepUntil(at).finally(() => sleeping.delete(at));
    sleeping.set(at, asleep);
    return asleep;
  };
  let since = clock.now();
  let last: Promise<unknown> = Promise.resolve();
  const insist = insistOn(worker, clock);
  /** One ask at a time: the next one goes by what the one before has left. */
  const ask = (hand: () => Hand, met: number, late?: Missed) => {
    const asked = last.then(() => askNow(hand, met, late));
    last = asked.catch(() => undefined);
    return asked;
  };
  const askNow = async (hand: () => Hand, met: number, late?: Missed) => {
    const taken = await using.slots.take(
      sender.id,
      () => {
        const now = clock.now();
        const { segments, toCome } = hand();
        return {
          by,
          now,
          since,
          met,
          segments,
          toCome,
          isUrgent,
          mps: sender.mps,
          lead: worker.lead,
          slack: worker.slack,
          startOf: (track) => startOf(worker, sender.id, track),
          late,
          cap: capToday(sender, now),
        };
      },
      insist,
    );
    if (taken.is !== "slots") return taken;
    since = clock.now();
    for (const { at, slack, tracks } of taken.slots) {
      // Two that start at once may have been given at different times: the stricter word counts for both.
      slackOf.set(at, Math.min(slackOf.get(at) ?? slack, slack));
      tracksOf.set(at, [...new Set([...(tracksOf.get(at) ?? []), ...tracks])]);
      if (late !== undefined) noteMove(worker, sender.id, by, late.at, at);
      noteSlot(worker, sender.id, { by, at });
    }
    return taken;
  };
  /** Now; by a clock that shows whole milliseconds, it may be just before the next one. */
  const moment = () => clock.exactly?.() ?? clock.now() + 1;
  /** Later starts of slots that were missed: whatever missed the same one goes on together. */
  const later = new Map<number, Promise<number | undefined>>();
  const startLater = async (at: number, segments: number) => {
    const missed = { at, tracks: tracksOf.get(at) ?? [] };
    const taken = await ask(() => ({ segments: [segments], toCome: 0 }), 0, missed);
    return taken.is === "slots" ? taken.slots[0]?.at : undefined;
  };
  const choose = async (hand: () => Hand): Promise<Chosen> => {
    const patience = clock.now() + horizonOf(sender.mps);
    try {
      for (let tries = 1, met = 0; ; tries += 1) {
        const taken = await ask(hand, met);
        if (taken.is === "slots") return { is: "slots", slots: taken.slots };
        if (taken.is === "closed") return { is: "none", until: taken.until, reason: taken.reason };
        // Said only of a slot that was missed, and nothing else is asked for here.
        if (taken.is === "gone") continue;
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
  };
  const take = async (segments: readonly number[]): Promise<Given> => {
    const chosen = await choose(() => ({ segments, toCome: 0 }));
    return chosen.is === "none" ? chosen : { is: "slots", starts: chosen.slots.map(({ at }) => at) };
  };
  return {
    choose,
    take,
    again: async (missed, segments) => {
      const under = later.get(missed);
      // Who cannot move it takes another one, and hears there if the table is out.
      const moving = under ?? startLater(missed, segments).catch(() => undefined);
      later.set(missed, moving);
      const at = await moving;
      if (at === undefined) return take([segments]);
      if (under) noteSlot(worker, sender.id, { by, at });
      return { is: "slots", starts: [at] };
    },
    untilSlot: async (at) => {
      const isAhead = clock.now() < at;
      await sleepUntil(at);
      const started = moment();
      const late = started - at;
      const isOnTime = late <= (slackOf.get(at) ?? 0);
      // Only a timer says how late timers are; an answer that came after its slot says something of the table.
      if (isAhead) learnSlack(worker, late);
      noteCall(worker, sender.id, { by, at, ...(isOnTime && { started }) });
      return isOnTime;
    },
    began: (at) => noteStart(worker, sender.id, { by, at, started: moment() }),
    leave: (at) => noteCall(worker, sender.id, { by, at }),
    end: () => desk.leave(),
  };
}

/** How long workers that met at the clock spread their next tries. */
function contendedFor(met: number): number {
  return Math.min(longestContendedMilliseconds, contendedMilliseconds * 2 ** (met - 1));
}

/** A table that is slow once must not cost a slot: what does not answer in time is asked again, word for word. */
function insistOn(worker: Worker, clock: Clock): Insist {
  return async (call) => {
    const timed = async () => {
      const from = clock.now();
      const answer = await call();
      return { answer, took: clock.now() - from };
    };
    const first = timed();
    const limit = clock.now() + insistAfterLeads * worker.lead + insistAfterMilliseconds;
    const silent = clock.sleepUntil(limit).then(() => undefined);
    const inTime = await Promise.race([first, silent]);
    const { answer, took } = inTime ?? (await Promise.any([first, timed()]).catch(() => first));
    learnLead(worker, took);
    return answer;
  };
}
