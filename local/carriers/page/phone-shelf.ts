import type { HandsetView, SenderView } from "../view.ts";
import type { Overview } from "./client.ts";
import { type Phone, phone } from "./phone.ts";

/** The phones themselves; one that is there stays where it is. */
export function phoneShelf(shelf: HTMLElement) {
  // Also those that a search has put aside: what was picked and read on them is not forgotten.
  const phones = new Map<string, Phone>();
  const visible = new Set<string>();
  let senders: readonly SenderView[] = [];
  let now = 0;
  const show = (view: HandsetView): HTMLElement => {
    const shown = phones.get(view.id) ?? phone(view.id);
    phones.set(view.id, shown);
    visible.add(view.id);
    shown.update(view, senders);
    shown.tick(now);
    return shown.root;
  };
  const hide = (id: string): void => {
    phones.get(id)?.root.remove();
    visible.delete(id);
  };
  return {
    show,
    visible,
    tick: (instant: number) => {
      now = instant;
      for (const id of visible) phones.get(id)?.tick(instant);
    },
    /** Shows exactly these; those that stay keep their place, unless the order is asked for. */
    showOnly: ({ handsets, ...overview }: Overview, inOrder: boolean) => {
      ({ senders, now } = overview);
      const wanted = new Set(handsets.map(({ id }) => id));
      for (const id of [...visible].filter((id) => !wanted.has(id))) hide(id);
      for (const view of handsets) {
        const moves = inOrder || !visible.has(view.id);
        const root = show(view);
        if (moves) shelf.append(root);
      }
    },
    addInFront: ({ handsets }: Overview, limit: number) => {
      const fresh = handsets.filter(({ id }) => !visible.has(id)).slice(0, Math.max(0, limit - visible.size));
      for (const view of fresh.reverse()) shelf.prepend(show(view));
    },
  };
}
