/** A FIFO queue of a hundred thousand items, quick to take from: of each group one batch is in flight. */
export interface Fifo<T> {
  readonly add: (group: string, item: T) => void;
  /** The next batch of a group that is free. */
  readonly take: (most: number) => { readonly group: string; readonly items: readonly T[] } | undefined;
  /** Ends a batch: what is given back comes first again. */
  readonly end: (group: string, back: readonly T[]) => void;
  readonly size: () => number;
}

/** An empty queue. */
export function newFifo<T>(): Fifo<T> {
  const groups = new Map<string, { items: T[]; head: number; isLocked: boolean }>();
  let waiting = 0;
  const groupOf = (name: string) => {
    const known = groups.get(name) ?? { items: [], head: 0, isLocked: false };
    groups.set(name, known);
    return known;
  };
  return {
    size: () => waiting,
    add: (name, item) => {
      groupOf(name).items.push(item);
      waiting += 1;
    },
    take: (most) => {
      for (const [name, group] of groups) {
        if (group.isLocked || group.head >= group.items.length) continue;
        const items = group.items.slice(group.head, group.head + most);
        group.head += items.length;
        group.isLocked = true;
        waiting -= items.length;
        // The next one to ask gets another group.
        groups.delete(name);
        groups.set(name, group);
        return { group: name, items };
      }
      return undefined;
    },
    end: (name, back) => {
      const group = groupOf(name);
      group.isLocked = false;
      if (back.length === 0) return;
      group.items.splice(0, group.head, ...back);
      group.head = 0;
      waiting += back.length;
    },
  };
}
