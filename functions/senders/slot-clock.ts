import * as z from "zod";

/** One call that was given a time: when it starts, how many segments it carries, who makes it. */
const Start = z.object({
  at: z.number(),
  segments: z.number().int().min(1),
  by: z.string(),
  /** Milliseconds by which the call may start later than that; none once it is known when it started. */
  slack: z.number().min(0),
});
/** One call that was given a time. */
export type Start = z.infer<typeof Start>;

/** The slot clock of a sender: one item that every worker of the sender takes its times from. */
export const SlotClock = z.object({
  version: z.number().int(),
  /** When the next segment would go if all went evenly. */
  even: z.number(),
  /** Calls that still count in the window. */
  starts: z.array(Start),
  /** Batches in the order of their turns, and the segments each has yet to ask for. */
  line: z.array(z.object({ of: z.string(), segments: z.number().int() })).default([]),
  /** Segments given out on the day that the cap counts. */
  day: z.object({ name: z.string(), used: z.number().int() }).optional(),
  /** Set while an operator has stopped the sender. */
  paused: z.object({ reason: z.string(), since: z.number().int() }).optional(),
  /** Rate an operator has set below the declared one. */
  mps: z.number().positive().optional(),
});
/** The slot clock of a sender. */
export type SlotClock = z.infer<typeof SlotClock>;

/** The clock of a sender that has never sent. */
export const newClock: SlotClock = { version: 0, even: 0, starts: [], line: [] };

/** What a worker asks of the clock. */
export interface Ask {
  readonly by: string;
  readonly now: number;
  /** Segments of each message, in their order. */
  readonly segments: readonly number[];
  /** Segments of the same batch that are asked for next. */
  readonly toCome: number;
  /** Urgent messages do not wait in line. */
  readonly isUrgent: boolean;
  /** Declared rate in segments per second. */
  readonly mps: number;
  /** Milliseconds until the worker can make use of the answer. */
  readonly lead: number;
  /** Milliseconds before its slot at which a batch asks: long enough to be answered in time, short enough to let urgent messages in. */
  readonly ahead: number;
  /** Milliseconds by which the worker's timers may be late. */
  readonly slack: number;
  /** Times of earlier asks that turned out differently; a call that was not made has no `actual`. */
  readonly corrections: readonly Correction[];
  /** Whether the worker was told of this time of its own: an answer that never reached it is void. */
  readonly wasTold: (at: number) => boolean;
  /** Most segments on a day, by the calendar of a zone. */
  readonly cap?: { readonly segments: number; readonly zone: string } | undefined;
}

/** A planned call and when it really started. */
export interface Correction {
  readonly planned: number;
  readonly actual?: number;
}

/** What the clock answers; its next version, `clock`, is to be written before anything is made of the answer. */
export type Taken =
  | { readonly is: "slots"; readonly clock: SlotClock; readonly starts: readonly number[] }
  /** Other batches are on their way; the first answer keeps a place behind them. */
  | { readonly is: "in-line"; readonly clock?: SlotClock; readonly until: number }
  /** The next slot is too far off to wait for it inside a function. */
  | { readonly is: "later"; readonly until: number }
  | { readonly is: "closed"; readonly until?: number; readonly reason: "paused" | "daily-cap" };
