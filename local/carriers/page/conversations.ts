import type { ConversationView, HandsetView, SenderView } from "../view.ts";
import { composer } from "./composer.ts";
import { element, patch } from "./element.ts";
import { moveBetweenTabs, otherSenders, tabItem } from "./tabs.ts";
import { threadPane } from "./thread.ts";

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
  const pane = threadPane();
  const box = composer(id);
  const pick = (sender: string): void => {
    picked = sender;
    if (shown) update(shown.view, shown.senders);
  };
  tabs.addEventListener("keydown", (event) => moveBetweenTabs(tabs, event));
  const update: Conversations["update"] = (view, senders) => {
    shown = { view, senders };
    const all = withPicked(view.conversations, view.isPhone ? senders : [], picked);
    const current = all.find(({ sender }) => sender.number === picked) ?? newest(all);
    const last = current?.messages.at(-1)?.sid;
    if (current && last) read.set(current.sender.number, last);
    const tabOf = (each: ConversationView) =>
      tabItem(each, { pick, isOpen: each === current, isNew: isUnread(each, read) });
    patch(tabs, all.map(tabOf));
    patch(more, otherSenders(view, senders, all, pick));
    pane.update(view, current);
    box.update(view, current);
  };
  const talk = { class: "talk", role: "tabpanel", "aria-label": "Conversation" };
  const top = element("div", { class: "tabs" }, tabs, more);
  return {
    root: element("div", { class: "messages" }, top, element("div", talk, ...pane.parts, box.root)),
    update,
  };
}

/** The conversations there are, and the one that a person is about to begin. */
function withPicked(
  known: readonly ConversationView[],
  senders: readonly SenderView[],
  picked: string | undefined,
): readonly ConversationView[] {
  if (known.length === 0 && !picked) return senders.slice(0, 1).map(withoutTexts);
  const isKnown = known.some(({ sender }) => sender.number === picked);
  return isKnown ? known : [...known, ...senders.filter(({ number }) => number === picked).map(withoutTexts)];
}

function withoutTexts(sender: SenderView): ConversationView {
  return { sender, isBlocked: false, messages: [] };
}

function newest(all: readonly ConversationView[]): ConversationView | undefined {
  const begun = ({ messages }: ConversationView): number => messages.at(-1)?.createdAt ?? 0;
  return all.toSorted((a, b) => begun(b) - begun(a))[0];
}

function isUnread({ sender, messages }: ConversationView, read: ReadonlyMap<string, string>): boolean {
  const last = messages.findLast(({ direction }) => direction !== "inbound");
  return last?.arrivedAt !== undefined && read.get(sender.number) !== messages.at(-1)?.sid;
}
