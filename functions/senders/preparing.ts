import type { Clock } from "../platform/clock.ts";
import type { Prepared } from "./due.ts";
import type { Ready } from "./ready.ts";

/** One attempt on its way: its place in the batch, and all it needs. */
export interface Underway {
  readonly order: number;
  readonly prepared: Prepared;
}

/** The attempts of one batch before they have slots: a few are prepared ahead, and one that is slow holds up nobody else. */
export interface Preparing {
  /** Prepared attempts of about so many segments, in their order; undefined when none is left. */
  readonly next: (segments: number) => Promise<readonly Underway[] | undefined>;
  /** Segments that will be asked for before long. */
  readonly toCome: () => number;
  /** Ends the preparing: what was prepared, and what nobody has begun. */
  readonly stop: () => Promise<{
    readonly prepared: readonly Underway[];
    readonly untouched: readonly { readonly order: number; readonly one: Ready }[];
  }>;
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
  const choose = (segments: number): Entry[] => {
    const chosen: Entry[] = [];
    const heldBack = new Set<string>();
    for (const entry of inState("preparing", "ready")) {
      const { contactId } = entry.one.message;
      const isFull = chosen.length > 0 && segmentsIn(chosen) + entry.one.segments > segments;
      // What is sent to one person keeps its order.
      if (entry.state === "ready" && !isFull && !heldBack.has(contactId)) chosen.push(entry);
      else heldBack.add(contactId);
    }
    return chosen;
  };
  return {
    toCome: () => segmentsIn(inState("waiting", "preparing", "ready").filter((entry) => !isSlow(entry))),
    next: async (segments) => {
      for (;;) {
        fill();
        const chosen = choose(segments);
        const awaited = inState("preparing").filter(({ since }) => clock.now() - since < graceMilliseconds);
        if (chosen.length > 0 && (awaited.length === 0 || segmentsIn(chosen) >= segments)) {
          for (const entry of chosen) entry.state = "over";
          fill();
          return chosen.flatMap(({ order, prepared }) => (prepared ? [{ order, prepared }] : []));
        }
        const works = inState("preparing").flatMap(({ work }) => work ?? []);
        if (works.length === 0) return undefined;
        const graceOver = Math.min(...awaited.map(({ since }) => since + graceMilliseconds));
        await Promise.race(chosen.length > 0 ? [...works, clock.sleepUntil(graceOver)] : works);
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
