import type { Queue } from "./fauxqs.ts";

type Taken = ReturnType<Queue["dequeue"]>;
type How = Parameters<Queue["dequeue"]> extends [number, ...infer Rest] ? Rest : never;

/**
 * Fills a receive of a FIFO queue with messages of one group before it goes on to the next, as SQS does; the package takes
 * one of each. Which group comes first SQS does not say: here they take turns.
 * Source: docs.aws.amazon.com, Amazon SQS Developer Guide, "FIFO queue delivery logic".
 */
export function fillReceives(queue: Queue): void {
  const takeSome = queue.dequeue.bind(queue);
  const { fifoLockedGroups: locks, fifoMessages: groups } = queue;
  queue.dequeue = (most, ...how) => {
    const taken: Taken = [];
    const full = new Set<string>();
    while (taken.length < most) {
      const before = new Set([...locks.keys(), ...full]);
      const first = withLocked(full, () => takeSome(1, ...how));
      const group = [...locks.keys()].find((one) => !before.has(one));
      if (group === undefined || first.length === 0) return [...taken, ...first];
      taken.push(...first, ...restOf(group, most - taken.length - 1, how));
      full.add(group);
      goBehind(group);
    }
    return taken;
  };

  /** The next receive takes another one: no group waits for the end of another's backlog. */
  function goBehind(group: string): void {
    const left = groups.get(group);
    if (!left) return;
    groups.delete(group);
    groups.set(group, left);
  }

  /** As many more of a group that this receive has just locked. */
  function restOf(group: string, most: number, how: How): Taken {
    const others = new Set([...groups.keys()].filter((one) => one !== group));
    return withLocked(others, () => {
      const taken: Taken = [];
      while (taken.length < most) {
        const count = locks.get(group) ?? 0;
        locks.delete(group);
        const more = takeSome(1, ...how);
        locks.set(group, count + more.length);
        if (more.length === 0) break;
        taken.push(...more);
      }
      return taken;
    });
  }

  /** Does something while groups that are free are not to be touched. */
  function withLocked<T>(some: ReadonlySet<string>, work: () => T): T {
    const added = [...some].filter((group) => !locks.has(group));
    for (const group of added) locks.set(group, 1);
    const result = work();
    for (const group of added) locks.delete(group);
    return result;
  }
}
