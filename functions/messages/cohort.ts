import type { Sender } from "../senders/sender.ts";

/** Shards of the index of due messages: spreads a large campaign over partitions. */
export const dueShards = 8;

/** The shard of the index of due messages that holds a message. */
export function shardOf(messageId: string): number {
  let sum = 0;
  for (const character of messageId) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_003;
  return sum % dueShards;
}

/** Deadlines are rounded up to these: a person waits at most so much longer, and a campaign has so many fewer timers. */
export const cohortMilliseconds = 6_000;
/** Nobody joins a cohort that is about to move on: clocks differ, and indexes follow a moment later. */
const leadMilliseconds = 2_000;

/** The instant at which everybody moves on who waits until then. */
export function cohortInstant(deadline: number, now: number): number {
  return Math.ceil(Math.max(deadline, now + leadMilliseconds) / cohortMilliseconds) * cohortMilliseconds;
}

/** What one execution of the cohorts' state machine is asked: an instant and the shards it sweeps. Nothing of anybody. */
export interface Cohort {
  readonly at: number;
  readonly shards: readonly number[];
}

/** The cohort of a message that moves on at an instant, and the name that makes starting it twice start it once. */
export function cohortOf(messageId: string, at: number, parts: number): { name: string; cohort: Cohort } {
  const part = shardOf(messageId) % parts;
  const shards = Array.from({ length: dueShards }, (_, shard) => shard).filter(
    (shard) => shard % parts === part,
  );
  return { name: `${at}-${part + 1}-of-${parts}`, cohort: { at, shards } };
}

/** Most messages one execution should have to move on. */
const membersWanted = 1_000;

/**
 * Executions that share one instant. Messages join when a provider has taken them, so no more than the senders' pace
 * can join at once; the shards bound how finely they can be divided.
 */
export function partsFor(senders: readonly Pick<Sender, "mps">[]): number {
  const perSecond = senders.reduce((sum, { mps }) => sum + mps, 0);
  const most = (perSecond * cohortMilliseconds) / 1000;
  return [1, 2, 4].find((parts) => most / parts <= membersWanted) ?? dueShards;
}
