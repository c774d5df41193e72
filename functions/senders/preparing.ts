import type { Clock } from "../platform/clock.ts";
import type { Prepared } from "./due.ts";
import type { Hand } from "./pace.ts";
import type { Ready } from "./ready.ts";

/** One attempt on its way: its place in the batch, and all it needs. */
export interface Underway {
  readonly order: number;
  readonly prepared: Prepared;
}

/** The attempts of one batch before they have slots: a few are prepared ahead, and one that is slow holds up nobody else. */
export interface Preparing {
  /** Waits until about so many segments may go, or what there is; false when nothing is left. */
  readonly some: (segments: number) => Promise<boolean>;
  /** What may go next: prepared, and not before what the same person gets before. */
  readonly hand: () => PreparedHand;
  /** Takes some out of the hand, which have their slots. */
  readonly take: (orders: readonly number[]) => void;
  /** Ends the preparing: what was prepared, and what nobody has begun. */
  readonly stop: () => Promise<{
    readonly prepared: readonly Underway[];
    readonly untouched: readonly { readonly order: number; readonly one: Ready }[];
  }>;
}

/** A hand, and what is in it. */
export interface PreparedHand extends Hand {
  readonly underway: readonly Underway[];
}

/** A run of slots is filled as far as what is under way is ready by then. */
const graceMilliseconds = 60;
/** What takes longer than this is not waited for: it goes when it is ready, at the end of the line. */
const slowMilliseconds = 200;

/** One attempt and how far it is; what has its slot, or needs none any more, is over. */
interface Entry {
  readonly order: number;
  readonly one: Ready;
  state: "waiting" | "preparing" | "ready" | "over";
  since: number;
  prepared?: Prepared;
  work?: Promise<void>;
}

/** How a batch is prepared: how many segments ahead, and what it takes; undefined means that there is nothing to send. */
export interface PreparingUsing {
  readonly segmentsAhead: number;
  readonly prepare: (one: Ready, order: number) => Promise<Prepared | undefined>;
  readonly clock: Clock;
}

/** Prepares the attempts of a batch. */
export function preparing(
  ready: readonly Ready[],
  { segmentsAhead, prepare, clock }: PreparingUsing,
): Preparing {
  const entries = ready.map((one, order): Entry => ({ order, one, state: "waiting", since: 0 }));
  const inState = (...states: Entry["state"][]) => entries.filter(({ state }) => states.includes(state));
  const isSlow = ({ state, since }: Entry) =>
    state === "preparing" && clock.now() - since >= slowMilliseconds;
  const begin = (entry: Entry) => {
    entry.state = "preparing";
    entry.since = clock.now();
    entry.work = prepare(entry.one, entry.order).then((prepared) => {
      entry.state = prepared ? "ready" : "over";
      if (prepared) entry.prepared = prepared;
    });
  };
  const fill = () => {
    let ahead = segmentsIn(inState("preparing", "ready").filter((entry) => !isSlow(entry)));
    for (const entry of inState("waiting")) {
      if (ahead > 0 && ahead + entry.one.segments > segmentsAhead) return;
      ahead += entry.one.segments;
      begin(entry);
    }
  };
  const free = (): Entry[] => {
    const chosen: Entry[] = [];
    const heldBack = new Set<string>();
    for (const entry of inState("preparing", "ready")) {
      const { contactId } = entry.one.message;
      // What is sent to one person keeps its order.
      if (entry.state === "ready" && !heldBack.has(contactId)) chosen.push(entry);
      heldBack.add(contactId);
    }
    return chosen;
  };
  return {
    hand: () => {
      const chosen = free();
      const all = segmentsIn(inState("waiting", "preparing", "ready").filter((entry) => !isSlow(entry)));
      return {
        segments: chosen.map(({ one }) => one.segments),
        toCome: all - segmentsIn(chosen),
        underway: chosen.flatMap(({ order, prepared }) => (prepared ? [{ order, prepared }] : [])),
      };
    },
    take: (orders) => {
      for (const order of orders) {
        const entry = entries[order];
        if (entry) entry.state = "over";
      }
      fill();
    },
    some: async (segments) => {
      for (;;) {
        fill();
        const ready = segmentsIn(free());
        const awaited = inState("preparing").filter(({ since }) => clock.now() - since < graceMilliseconds);
        if (ready > 0 && (awaited.length === 0 || ready >= segments)) return true;
        const works = inState("preparing").flatMap(({ work }) => work ?? []);
        if (works.length === 0) return false;
        const graceOver = Math.min(...awaited.map(({ since }) => since + graceMilliseconds));
        await Promise.race(ready > 0 ? [...works, clock.sleepUntil(graceOver)] : works);
      }
    },
    stop: async () => {
      const untouched = inState("waiting");
      for (const entry of untouched) entry.state = "over";
      await Promise.all(inState("preparing").flatMap(({ work }) => work ?? []));
      const prepared = inState("ready").flatMap(({ order, prepared: one }) =>
        one ? [{ order, prepared: one }] : [],
      );
      return { prepared, untouched };
    },
  };
}

function segmentsIn(entries: readonly Entry[]): number {
  return entries.reduce((sum, { one }) => sum + one.segments, 0);
}
