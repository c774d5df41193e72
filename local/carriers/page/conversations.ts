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
  const tabs = element("div", { role: "tablist", "aria-label": "Conversations" });
  const more = element("div", {});
  const notice = element("p", { class: "banner", role: "status", hidden: true });
  const thread = element("ol", { class: "thread" });
  const scroller = element("div", { class: "scroller", role: "log", tabindex: "0" }, thread);
  const box = composer(id);
  const pick = (sender: string): void => {
    picked = sender;
    if (shown) update(shown.view, shown.senders);
  };
  tabs.addEventListener("keydown", (event) => moveFocus(tabs, event));
  const update: Conversations["update"] = (view, senders) => {
    shown = { view, senders };
    const all = withOthers(view.conversations, view.isPhone ? senders : [], picked);
    const current = all.find(({ sender }) => sender.number === picked) ?? newest(all);
    const last = current?.messages.at(-1)?.sid;
    if (current && last) read.set(current.sender.number, last);
    patch(
      tabs,
      all.map((each) => tabItem(each, { pick, isOpen: each === current, isNew: isUnread(each, read) })),
    );
    patch(more, others(view, senders, all, pick));
    showBanner(notice, view, current);
    scroller.setAttribute("aria-label", current ? `Texts with ${current.sender.name}` : "Texts");
    showThread(thread, current, view.zone);
    box.update(view, current);
  };
  const panel = element(
    "div",
    { class: "talk", role: "tabpanel", "aria-label": "Conversation" },
    notice,
    scroller,
    box.root,
  );
  return {
    root: element("div", { class: "messages" }, element("div", { class: "tabs" }, tabs, more), panel),
    update,
  };
}

interface Tab {
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
      isNew
        ? element("span", { class: "dot" }, element("span", { class: "unseen" }, "new texts"))
        : undefined,
      element("span", {}, sender.name),
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
  if (known.length === 0 && !picked) return senders.slice(0, 1).map(withoutTexts);
  const fresh = senders.find(
    ({ number }) => number === picked && known.every(({ sender }) => sender.number !== number),
  );
  return fresh ? [...known, withoutTexts(fresh)] : known;
}

function withoutTexts(sender: SenderView): ConversationView {
  return { sender, isBlocked: false, messages: [] };
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
