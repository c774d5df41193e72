import type { Clock } from "../platform/clock.ts";
import { gathering } from "../platform/gathering.ts";
import type { Grain } from "./cohort.ts";

/** A message, and the instant at which its cohort moves on. */
export interface Joining {
  readonly messageId: string;
  readonly at: number;
  readonly grain: Grain;
}

/** Makes a message wait in the cohort of an instant. */
export type Join = (joining: Joining) => Promise<void>;

/** Puts messages on the lists of their cohorts and has those timed. */
export type JoinAll = (joining: readonly Joining[]) => Promise<void>;

/** Joins one by one, for those who do one thing at a time. */
export function joiningAtOnce(joinAll: JoinAll): Join {
  return (joining) => joinAll([joining]);
}

/** Whoever moves on sooner than this joins at once: a batch ends within a minute, or never. */
const soonMilliseconds = 75_000;

/**
 * Joins for a whole batch of work at its end: ten messages with one write. What a batch that dies leaves undone its queue
 * has done again, and what is lost even so is the sweeper's.
 */
export function gatheringJoins(
  joinAll: JoinAll,
  clock: Clock,
): { readonly join: Join; readonly flush: () => Promise<void> } {
  const { gather, flush } = gathering(joinAll);
  const join: Join = async (joining) => {
    const isSoon = joining.at < clock.now() + soonMilliseconds;
    await (isSoon ? joinAll : gather)([joining]);
  };
  return { join, flush };
}
