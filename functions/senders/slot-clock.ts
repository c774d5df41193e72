/** A part of the rate that may be used once in every window, for as many segments as it has seats. */
export interface Track {
  /** When its last segments started, or are to start. */
  readonly at: number;
  /** Segments that start then. */
  readonly segments: number;
  /** Desk of the worker that used it last, which is the first to be asked when it is due again. */
  readonly by: string;
  /** Somebody else, by another clock, used it once in between. */
  readonly isLent: boolean;
  /** Whether the desk had more to send when it took it. */
  readonly isHeld: boolean;
  /** Milliseconds by which the segments may start later than that. */
  readonly slack: number;
}

/** The slot clock of a sender: one item that every worker of the sender takes its times from. */
export interface SlotClock {
  /** Undefined where a track was never used. */
  readonly tracks: readonly (Track | undefined)[];
  /** The rate that the tracks were made for. */
  readonly madeFor?: number;
  /** The longest text in segments that they were made for. @default 1 */
  readonly longest?: number;
  /** When a text so long last took a slot, to the second. */
  readonly longAt?: number;
  /** When an urgent message last took a slot. */
  readonly urgentAt?: number;
  /** Segments given out on the day that the cap counts. */
  readonly day?: { readonly name: string; readonly used: number };
  /** Set while an operator has stopped the sender. */
  readonly paused?: { readonly reason: string; readonly since: number };
  /** Rate an operator has set below the declared one. */
  readonly mps?: number;
}

/** The clock of a sender that has never sent. */
export const newClock: SlotClock = { tracks: [] };

/** What a worker asks of the clock. */
export interface Ask {
  /** The desk that asks: what is done one after the other by one clock. */
  readonly by: string;
  readonly now: number;
  /** When the clock was looked at that this is asked of. */
  readonly seenAt: number;
  /** How often in a row others were faster at what this was about to take. @default 0 */
  readonly met?: number;
  /** Since when there has been something to send and no slot for it. */
  readonly since: number;
  /** Segments of each message that may go next. */
  readonly segments: readonly number[];
  /** Segments of the same batch that come after those. */
  readonly toCome: number;
  /** Urgent messages take the next slot there is. */
  readonly isUrgent: boolean;
  /** Declared rate in segments per second. */
  readonly mps: number;
  /** Milliseconds until the worker can make use of the answer. */
  readonly lead: number;
  /** Milliseconds by which the worker's timers may be late. */
  readonly slack: number;
  /** When the calls of a track of its own really started; undefined while that is not known, `never` when none was made. */
  readonly startOf: (track: Track) => number | "never" | undefined;
  /** A slot of its own that was missed: its tracks are to start later instead, and nothing else is asked for. */
  readonly late?: Missed | undefined;
  /** Most segments on a day, by the calendar of a zone. */
  readonly cap?: { readonly segments: number; readonly zone: string } | undefined;
}

/** A slot that was missed, and everything that was to start with it. */
export interface Missed {
  readonly at: number;
  readonly tracks: readonly number[];
}

/** One message's slot. */
export interface Slot {
  /** Which of the messages that were asked for. */
  readonly index: number;
  readonly at: number;
  /** Milliseconds by which its call may be late. */
  readonly slack: number;
  /** Those its segments start on, by their places. */
  readonly tracks: readonly number[];
}

/** What the clock answers; what it changes is to be written before anything is made of the answer. */
export type Taken =
  | { readonly is: "slots"; readonly clock: SlotClock; readonly slots: readonly Slot[] }
  /** Nothing before then; what was seen may have changed by now. */
  | { readonly is: "not-yet"; readonly until: number }
  /** The tracks of a missed slot have been taken by somebody else since. */
  | { readonly is: "gone" }
  /** What was seen is too old to go by. */
  | { readonly is: "look" }
  /** The next slot is too far off to wait for it inside a function. */
  | { readonly is: "later"; readonly until: number }
  | { readonly is: "closed"; readonly until?: number; readonly reason: "paused" | "daily-cap" };
