/** Something that will happen. */
interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** What will happen, earliest first; of two at the same moment the one that was planned first. */
export interface Agenda {
  readonly add: (at: number, run: () => void) => void;
  readonly next: () => Entry | undefined;
  readonly peek: () => number | undefined;
}

/** An empty agenda: a binary heap. */
export function newAgenda(): Agenda {
  const heap: Entry[] = [];
  let order = 0;
  const isBefore = (one: Entry, other: Entry) =>
    one.at < other.at || (one.at === other.at && one.order < other.order);
  const swap = (one: number, other: number) => {
    const [first, second] = [heap[one], heap[other]];
    if (first && second) [heap[one], heap[other]] = [second, first];
  };
  const smaller = (one: number, other: number) => {
    const [first, second] = [heap[one], heap[other]];
    return first && second && isBefore(second, first) ? other : one;
  };
  return {
    peek: () => heap[0]?.at,
    add: (at, run) => {
      heap.push({ at, order: (order += 1), run });
      for (let place = heap.length - 1; place > 0;) {
        const parent = (place - 1) >> 1;
        if (smaller(parent, place) === parent) return;
        swap(parent, place);
        place = parent;
      }
    },
    next: () => {
      const [first] = heap;
      const last = heap.pop();
      if (heap.length > 0 && last) {
        heap[0] = last;
        for (let place = 0; ;) {
          const least = smaller(smaller(place, 2 * place + 1), 2 * place + 2);
          if (least === place) break;
          swap(place, least);
          place = least;
        }
      }
      return first;
    },
  };
}
