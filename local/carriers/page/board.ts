import type { HandsetView, SenderView } from "../view.ts";
import { client } from "./client.ts";
import { byId } from "./element.ts";
import { type Phone, phone } from "./phone.ts";

const pageOf = 12;

/** The phones that show, newest first, and those that are sought. */
export interface Board {
  readonly load: () => Promise<void>;
  /** Some handsets changed: those that show are fetched, new ones appear. */
  readonly changed: (handsets: readonly string[]) => void;
  readonly seek: (sought: string) => void;
  readonly more: () => void;
  readonly tick: (now: number) => void;
}

/** Keeps phones on the page in step with the carriers. */
export function board(): Board {
  const phones = new Map<string, Phone>();
  const pending = new Set<string>();
  const shelf = byId("phones");
  let senders: readonly SenderView[] = [];
  let sought = "";
  let limit = pageOf;
  let now = 0;
  let running: Promise<void> | undefined;

  const place = (view: HandsetView, isFirst: boolean): void => {
    const known = phones.get(view.id);
    const shown = known ?? phone(view.id);
    shown.update(view, senders);
    if (known) return;
    phones.set(view.id, shown);
    shown.tick(now);
    if (isFirst) shelf.prepend(shown.root);
    else shelf.append(shown.root);
  };
  const load = async (): Promise<void> => {
    const { handsets, ...overview } = await client.overview(sought, limit);
    ({ senders, now } = overview);
    const ids = new Set(handsets.map(({ id }) => id));
    for (const [id, { root }] of phones) if (!ids.has(id)) root.remove();
    for (const id of [...phones.keys()]) if (!ids.has(id)) phones.delete(id);
    for (const view of handsets) place(view, false);
    showCount(overview.total, handsets.length, sought);
  };
  const fetchPending = async (): Promise<void> => {
    while (pending.size > 0) {
      const ids = [...pending].slice(0, pageOf);
      for (const id of ids) pending.delete(id);
      const isNew = ids.some((id) => !phones.has(id));
      for (const view of await Promise.all(ids.filter((id) => phones.has(id)).map(client.handset)))
        place(view, false);
      if (isNew) await addNew(sought, limit, (view) => place(view, true), phones);
    }
  };
  return {
    load,
    changed: (handsets) => {
      for (const id of handsets) pending.add(id);
      running ??= fetchPending().finally(() => (running = undefined));
    },
    seek: (next) => {
      sought = next;
      void load();
    },
    more: () => {
      limit += pageOf;
      void load();
    },
    tick: (instant) => {
      now = instant;
      for (const each of phones.values()) each.tick(instant);
    },
  };
}

/** New handsets come in front, up to the number that the page shows. */
async function addNew(
  sought: string,
  limit: number,
  add: (view: HandsetView) => void,
  phones: ReadonlyMap<string, Phone>,
): Promise<void> {
  const { handsets, total } = await client.overview(sought, limit);
  const fresh = handsets.filter(({ id }) => !phones.has(id)).slice(0, Math.max(0, limit - phones.size));
  for (const view of fresh.reverse()) add(view);
  showCount(total, phones.size, sought);
}

function showCount(total: number, shown: number, sought: string): void {
  byId("empty").hidden = total > 0 || sought !== "";
  byId("more").hidden = total <= shown;
  byId("show-more").textContent = `Show more (${total - shown} not shown)`;
  byId("trouble").hidden = total > 0 || sought === "";
  byId("trouble").textContent = total === 0 && sought !== "" ? `No handset with “${sought}”.` : "";
}
