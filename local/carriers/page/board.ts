import { client } from "./client.ts";
import { byId } from "./element.ts";
import { phoneShelf } from "./phone-shelf.ts";

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
  const shelf = phoneShelf(byId("phones"));
  const pending = new Set<string>();
  let asked = { sought: "", limit: pageOf };
  let running: Promise<void> | undefined;
  const load = async (inOrder = false): Promise<void> => {
    const overview = await client.overview(asked.sought, asked.limit);
    shelf.showOnly(overview, inOrder);
    showCount(overview.total, shelf.visible.size, asked.sought);
  };
  const catchUp = async (): Promise<void> => {
    while (pending.size > 0) {
      const ids = [...pending].slice(0, pageOf);
      for (const id of ids) pending.delete(id);
      const known = ids.filter((id) => shelf.visible.has(id));
      for (const view of await Promise.all(known.map(client.handset))) shelf.show(view);
      if (known.length === ids.length) continue;
      const overview = await client.overview(asked.sought, asked.limit);
      shelf.addInFront(overview, asked.limit);
      showCount(overview.total, shelf.visible.size, asked.sought);
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

function showCount(total: number, shown: number, sought: string): void {
  byId("empty").hidden = total > 0 || sought !== "";
  byId("more").hidden = total <= shown;
  byId("show-more").textContent = `Show more (${total - shown} not shown)`;
  byId("trouble").hidden = total > 0 || sought === "";
  byId("trouble").textContent = total === 0 && sought !== "" ? `No handset with “${sought}”.` : "";
}
