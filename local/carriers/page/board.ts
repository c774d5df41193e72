import type { HandsetView, SenderView } from "../view.ts";
import { client, type Overview } from "./client.ts";
import { byId } from "./element.ts";
import { type Phone, phone } from "./phone.ts";

/** The phones on the page, newest first, or those that are sought. */
export interface Board {
  readonly load: () => Promise<void>;
  /** Some handsets changed: those that show are fetched, new ones appear in front. */
  readonly changed: (handsets: readonly string[]) => void;
  readonly seek: (sought: string) => void;
  readonly more: () => void;
  readonly tick: (now: number) => void;
}

const pageOf = 12;

/** Keeps phones on the page in step with the carriers. */
export function board(): Board {
  const shelf = phoneShelf();
  const pending = new Set<string>();
  let asked = { sought: "", limit: pageOf };
  let running: Promise<void> | undefined;
  const load = async (inOrder = false): Promise<void> => {
    const overview = await client.overview(asked.sought, asked.limit);
    shelf.keepOnly(overview, inOrder);
    showCount(overview.total, shelf.count(), asked.sought);
  };
  const catchUp = async (): Promise<void> => {
    while (pending.size > 0) {
      const ids = [...pending].slice(0, pageOf);
      for (const id of ids) pending.delete(id);
      const known = ids.filter((id) => shelf.has(id));
      for (const view of await Promise.all(known.map(client.handset))) shelf.show(view);
      if (known.length === ids.length) continue;
      const overview = await client.overview(asked.sought, asked.limit);
      shelf.addInFront(overview, asked.limit);
      showCount(overview.total, shelf.count(), asked.sought);
    }
  };
  const ask = (change: Partial<typeof asked>): void => {
    asked = { ...asked, ...change };
    void load(true);
  };
  return {
    load: () => load(),
    changed: (handsets) => {
      for (const id of handsets) pending.add(id);
      running ??= catchUp().finally(() => (running = undefined));
    },
    seek: (sought) => ask({ sought }),
    more: () => ask({ limit: asked.limit + pageOf }),
    tick: shelf.tick,
  };
}

/** The phones themselves; one that is there stays where it is. */
function phoneShelf() {
  const phones = new Map<string, Phone>();
  // Those that a search has put aside: what was picked and read on them is not forgotten.
  const aside = new Map<string, Phone>();
  const shelf = byId("phones");
  let senders: readonly SenderView[] = [];
  let now = 0;
  const show = (view: HandsetView): void => phones.get(view.id)?.update(view, senders);
  const add = (view: HandsetView, put: (root: HTMLElement) => void): void => {
    const added = aside.get(view.id) ?? phone(view.id);
    phones.set(view.id, added);
    added.update(view, senders);
    added.tick(now);
    put(added.root);
  };
  return {
    show,
    has: (id: string) => phones.has(id),
    count: () => phones.size,
    tick: (instant: number) => {
      now = instant;
      for (const each of phones.values()) each.tick(instant);
    },
    keepOnly: (overview: Overview, inOrder: boolean) => {
      ({ senders, now } = overview);
      const wanted = new Set(overview.handsets.map(({ id }) => id));
      for (const [id, unwanted] of phones) {
        if (wanted.has(id)) continue;
        unwanted.root.remove();
        aside.set(id, unwanted);
        phones.delete(id);
      }
      for (const view of overview.handsets)
        if (phones.has(view.id)) show(view);
        else add(view, (root) => shelf.append(root));
      if (inOrder) shelf.append(...overview.handsets.flatMap(({ id }) => phones.get(id)?.root ?? []));
    },
    addInFront: ({ handsets }: Overview, limit: number) => {
      const fresh = handsets.filter(({ id }) => !phones.has(id)).slice(0, Math.max(0, limit - phones.size));
      for (const view of fresh.reverse()) add(view, (root) => shelf.prepend(root));
    },
  };
}

function showCount(total: number, shown: number, sought: string): void {
  byId("empty").hidden = total > 0 || sought !== "";
  byId("more").hidden = total <= shown;
  byId("show-more").textContent = `Show more (${total - shown} not shown)`;
  byId("trouble").hidden = total > 0 || sought === "";
  byId("trouble").textContent = total === 0 && sought !== "" ? `No handset with “${sought}”.` : "";
}
