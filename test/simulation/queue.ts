import { between } from "./chance.ts";
import type { Engine } from "./engine.ts";

/** Something on a queue. */
export interface Queued {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  receives: number;
  visibleAt: number;
}

/** A queue in virtual time: at least once, in any order when standard, in order within a group when FIFO. */
export interface SimQueue {
  readonly name: string;
  readonly send: (body: string, group?: string, deduplicationId?: string) => void;
  /** Takes what is visible and hides it. */
  readonly receive: (most: number) => readonly Queued[];
  readonly remove: (item: Queued) => void;
  readonly waiting: () => number;
  readonly dead: readonly Queued[];
  /** Moves the dead letters back, as an operator does once the cause is mended. */
  readonly redrive: () => void;
  /** Called whenever there may be something to receive. */
  onChange: () => void;
}

const deduplicationMilliseconds = 5 * 60_000;
const receiveLimit = 5;

/** A queue; an item that was received five times and never removed ends in the dead letters. */
export function newQueue(
  engine: Engine,
  name: string,
  { isFifo, hiddenMilliseconds }: { readonly isFifo: boolean; readonly hiddenMilliseconds: number },
): SimQueue {
  const items: Queued[] = [];
  const dead: Queued[] = [];
  const seen = new Map<string, number>();
  const ids = new Map<string, number>();
  let sends = 0;
  const idFor = (body: string) => {
    const count = (ids.get(body) ?? 0) + 1;
    ids.set(body, count);
    return `${name}:${shortOf(body)}:${count}`;
  };
  const wakeAt = (at: number) => engine.plan(at, () => queue.onChange());
  const queue: SimQueue = {
    name,
    dead,
    onChange: () => undefined,
    waiting: () => items.length,
    send: (body, group = `none-${(sends += 1)}`, deduplicationId) => {
      if (isFifo && deduplicationId !== undefined) {
        const until = seen.get(deduplicationId) ?? 0;
        if (until > engine.now()) return;
        seen.set(deduplicationId, engine.now() + deduplicationMilliseconds);
      }
      const id = idFor(body);
      const late = engine.faults.happens("late-delivery", id) ? between(1000, 900_000, engine.seed, id) : 0;
      const visibleAt = engine.now() + late;
      items.push({ id, body, group, receives: 0, visibleAt });
      wakeAt(visibleAt);
      if (!isFifo && engine.faults.happens("duplicate-delivery", id)) {
        items.push({ id: `${id}'`, body, group, receives: 0, visibleAt });
      }
    },
    receive: (most) => {
      const now = engine.now();
      const blocked = new Set(
        isFifo
          ? items
              .filter(({ visibleAt, receives }) => visibleAt > now && receives > 0)
              .map(({ group }) => group)
          : [],
      );
      const taken: Queued[] = [];
      let only: string | undefined;
      for (const item of Array.from(items)) {
        if (taken.length === most) break;
        if (item.visibleAt > now || blocked.has(item.group)) {
          // What is late holds up its own group.
          if (isFifo) blocked.add(item.group);
          continue;
        }
        // A batch of a FIFO queue is of one group.
        if (isFifo && only !== undefined && item.group !== only) continue;
        if (item.receives >= receiveLimit) {
          items.splice(items.indexOf(item), 1);
          dead.push(item);
          continue;
        }
        only = item.group;
        item.receives += 1;
        item.visibleAt = now + hiddenMilliseconds;
        wakeAt(item.visibleAt);
        taken.push(item);
      }
      return taken;
    },
    redrive: () => {
      for (const item of dead.splice(0)) {
        items.push({ ...item, receives: 0, visibleAt: engine.now() });
        wakeAt(engine.now());
      }
    },
    remove: (item) => {
      const at = items.indexOf(item);
      if (at >= 0) items.splice(at, 1);
      queue.onChange();
    },
  };
  return queue;
}

/** Enough of a body to tell it from others, and the same in every run. */
function shortOf(body: string): string {
  let hash = 0;
  for (let index = 0; index < body.length; index += 1)
    hash = (Math.imul(hash, 31) + body.charCodeAt(index)) >>> 0;
  return hash.toString(36);
}
