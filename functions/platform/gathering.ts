/** Keeps what it is given until a whole batch of work has given what it has. */
export interface Gathering<T> {
  readonly gather: (some: readonly T[]) => Promise<void>;
  readonly flush: () => Promise<void>;
}

/** Passes on together what a batch gives one by one. Work that dies before the flush is done again by its queue, and gives again. */
export function gathering<T>(passOn: (all: readonly T[]) => Promise<void>): Gathering<T> {
  let gathered: T[] = [];
  return {
    gather: async (some) => void gathered.push(...some),
    flush: async () => {
      const all = gathered;
      gathered = [];
      if (all.length > 0) await passOn(all);
    },
  };
}
