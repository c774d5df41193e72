import type { ConversationView, HandsetView, SenderView } from "../view.ts";
import { composer } from "./composer.ts";
import { element, patch } from "./element.ts";
import { showThread } from "./thread.ts";

/** The messages app of a phone. */
export interface Conversations {
  readonly root: HTMLElement;
  readonly update: (view: HandsetView, senders: readonly SenderView[]) => void;
}

/** Tabs of senders, the texts of one of them, and the box to answer in. */
export function conversations(id: string): Conversations {
  // Until the person picks a sender, the newest text decides which one shows.
  let picked: string | undefined;
  let shown: { readonly view: HandsetView; readonly senders: readonly SenderView[] } | undefined;
  const read = new Map<string, string>();
  const tabs = element("div", { class: "tabs", role: "tablist", "aria-label": "Conversations" });
  const notice = element("p", { class: "banner", role: "status", hidden: true });
  const thread = element("ol", { class: "thread", role: "log", tabindex: "0" });
  const box = composer(id);
  const pick = (sender: string): void => {
    picked = sender;
    if (shown) update(shown.view, shown.senders);
  };
  tabs.addEventListener("keydown", (event) => moveFocus(tabs, event));
  const update: Conversations["update"] = (view, senders) => {
    shown = { view, senders };
    const all = withOthers(view.conversations, senders, picked);
    const current = all.find(({ sender }) => sender.number === picked) ?? newest(all);
    const last = current?.messages.at(-1)?.sid;
    if (current && last) read.set(current.sender.number, last);
    patch(tabs, [
      ...all.map((each) =>
        tabItem(each, { id, pick, isOpen: each === current, isNew: isUnread(each, read) }),
      ),
      ...others(view, senders, all, pick),
    ]);
    showBanner(notice, view, current);
    showThread(thread, current, view.zone);
    box.update(view, current);
  };
  return {
    root: element("section", { class: "messages", "aria-label": "Texts" }, tabs, notice, thread, box.root),
    update,
  };
}

interface Tab {
  readonly id: string;
  readonly pick: (sender: string) => void;
  readonly isOpen: boolean;
  readonly isNew: boolean;
}

function tabItem({ sender }: ConversationView, { pick, isOpen, isNew }: Tab) {
  const build = () =>
    element(
      "button",
      {
        type: "button",
        role: "tab",
        "aria-selected": String(isOpen),
        tabindex: isOpen ? "0" : "-1",
        onclick: () => pick(sender.number),
      },
      element("span", {}, sender.name),
      isNew
        ? element("span", { class: "dot" }, element("span", { class: "unseen" }, "new texts"))
        : undefined,
    );
  return { key: sender.number, shows: [sender.name, isOpen, isNew], build };
}

/** A person can write to any number of the business, not only to those who wrote first. */
function others(
  { isPhone }: HandsetView,
  senders: readonly SenderView[],
  all: readonly ConversationView[],
  pick: (sender: string) => void,
) {
  const rest = senders.filter(({ number }) => all.every(({ sender }) => sender.number !== number));
  if (!isPhone || rest.length === 0) return [];
  const build = () => {
    const choices = rest.map(({ number, name, label }) =>
      element("option", { value: number }, label ? `${name} · ${label}` : name),
    );
    const select = element(
      "select",
      { class: "new", "aria-label": "Write to another number", onchange: () => pick(select.value) },
      element("option", { value: "" }, "New text"),
      ...choices,
    );
    return select;
  };
  return [{ key: "new", shows: rest, build }];
}

function withOthers(
  known: readonly ConversationView[],
  senders: readonly SenderView[],
  picked: string | undefined,
): readonly ConversationView[] {
  const fresh = senders.find(
    ({ number }) => number === picked && known.every(({ sender }) => sender.number !== number),
  );
  return fresh ? [...known, { sender: fresh, isBlocked: false, messages: [] }] : known;
}

function newest(all: readonly ConversationView[]): ConversationView | undefined {
  const age = ({ messages }: ConversationView): number => messages.at(-1)?.createdAt ?? 0;
  return all.toSorted((a, b) => age(b) - age(a))[0];
}

function isUnread({ sender, messages }: ConversationView, read: ReadonlyMap<string, string>): boolean {
  const last = messages.findLast(({ direction }) => direction !== "inbound");
  return last?.arrivedAt !== undefined && read.get(sender.number) !== messages.at(-1)?.sid;
}

function showBanner(
  banner: HTMLElement,
  { switches }: HandsetView,
  current: ConversationView | undefined,
): void {
  const words = switches.landline
    ? "A landline rings, but it cannot show texts."
    : current?.isBlocked
      ? "Unsubscribed: the provider blocks this sender."
      : "";
  if (banner.textContent !== words) banner.textContent = words;
  banner.hidden = words === "";
}

function moveFocus(tabs: HTMLElement, event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const all = [...tabs.querySelectorAll<HTMLElement>("[role=tab]")];
  const from = all.indexOf(document.activeElement as HTMLElement);
  if (!step || from < 0) return;
  event.preventDefault();
  const to = (from + step + all.length) % all.length;
  all[to]?.click();
  tabs.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
}
