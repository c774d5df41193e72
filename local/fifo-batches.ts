import type { BuildAppOptions } from "fauxqs";

type Queue = NonNullable<ReturnType<NonNullable<BuildAppOptions["stores"]>["sqsStore"]["getQueueByName"]>>;

/** Fills a receive of a FIFO queue with as many messages of each free group as fit, as SQS does; the package stops at one. */
export function fillReceives(queue: Queue): void {
  const takeOne = queue.dequeue.bind(queue);
  const { fifoLockedGroups: locks } = queue;
  queue.dequeue = (most, ...how) => {
    const before = new Map(locks);
    const taken = takeOne(most, ...how);
    for (let more = taken; more.length > 0 && taken.length < most; taken.push(...more)) {
      const own = new Map([...locks].filter(([group]) => !before.has(group)));
      // Only the groups of this receive: what others hold stays locked.
      for (const group of own.keys()) locks.delete(group);
      more = takeOne(most - taken.length, ...how);
      for (const [group, count] of own) locks.set(group, count + (locks.get(group) ?? 0));
    }
    return taken;
  };
}
