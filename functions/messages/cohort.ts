import * as z from "zod/mini";
import type { Sender } from "../senders/sender.ts";

/** Shards of the index of due messages: spreads what stands there over partitions. */
export const dueShards = 8;

/** The shard of the index of due messages that holds a message. */
export function shardOf(messageId: string): number {
  let sum = 0;
  for (const character of messageId) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_003;
  return sum % dueShards;
}

/** How finely deadlines are kept: to the second for each message, or to ten for a campaign's. */
export type Grain = "message" | "cohort";

/** Deadlines are rounded up to these: a person waits at most so much longer, and so many fewer timers are needed. */
export const gridMilliseconds: Readonly<Record<Grain, number>> = { message: 500, cohort: 6_000 };
/** Nobody joins a cohort that is about to move on: clocks differ, and a list is written in a moment. */
const leadMilliseconds: Readonly<Record<Grain, number>> = { message: 500, cohort: 2_000 };

/** The instant at which everybody moves on who waits until then. */
export function cohortInstant(deadline: number, now: number, grain: Grain): number {
  const grid = gridMilliseconds[grain];
  return Math.ceil(Math.max(deadline, now + leadMilliseconds[grain]) / grid) * grid;
}

/** Everybody who waits for an instant, or a part of them. */
export const Cohort = z.object({
  at: z.int(),
  /** Which of the parts, counted from one. */
  part: z.int().check(z.minimum(1)),
  parts: z.int().check(z.minimum(1)),
});
/** Everybody who waits for an instant, or a part of them. */
export type Cohort = z.infer<typeof Cohort>;

/** The cohort of a message that moves on at an instant. */
export function cohortOf(messageId: string, at: number, parts: number): Cohort {
  return { at, part: 1 + (shardOf(messageId) % parts), parts };
}

/** What a cohort is called: the name makes starting it twice start it once. */
export function nameOfCohort({ at, part, parts }: Cohort): string {
  return `${at}-${part}-of-${parts}`;
}

/** How many executions share an instant of each grain. */
export type Parts = Readonly<Record<Grain, number>>;

/** Most messages one execution should have to move on. */
const membersWanted = 1_000;

/**
 * Executions that share one instant. Messages join when a provider has taken them, so no more than the senders' pace
 * can join at once.
 */
export function partsFor(senders: readonly Pick<Sender, "mps">[]): Parts {
  const perSecond = senders.reduce((sum, { mps }) => sum + mps, 0);
  const partsOf = (grain: Grain) => {
    const most = (perSecond * gridMilliseconds[grain]) / 1000;
    return [1, 2, 4].find((parts) => most / parts <= membersWanted) ?? dueShards;
  };
  return { message: partsOf("message"), cohort: partsOf("cohort") };
}
