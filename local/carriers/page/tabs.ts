import type { ConversationView, HandsetView, SenderView } from "../view.ts";
import { element, type Item } from "./element.ts";

/** How a tab looks, and what picking it does. */
export interface Tab {
  readonly pick: (sender: string) => void;
  readonly isOpen: boolean;
  readonly isNew: boolean;
}

/** The tab of one sender; a dot says that there is something new. */
export function tabItem({ sender }: ConversationView, { pick, isOpen, isNew }: Tab): Item {
  const dot = () => element("span", { class: "dot" }, element("span", { class: "unseen" }, "New texts from"));
  const attributes = {
    type: "button",
    role: "tab",
    "aria-selected": String(isOpen),
    tabindex: isOpen ? "0" : "-1",
  };
  const build = () =>
    element(
      "button",
      { ...attributes, onclick: () => pick(sender.number) },
      isNew ? dot() : undefined,
      element("span", {}, sender.name),
    );
  return { key: sender.number, shows: [sender.name, isOpen, isNew], build };
}

/** A person can write to any number of the business, not only to those who wrote first. */
export function otherSenders(
  { isPhone }: HandsetView,
  senders: readonly SenderView[],
  all: readonly ConversationView[],
  pick: (sender: string) => void,
): Item[] {
  const rest = senders.filter(({ number }) => all.every(({ sender }) => sender.number !== number));
  if (!isPhone || rest.length === 0) return [];
  const nameOf = ({ name, label }: SenderView): string => (label ? `${name} · ${label}` : name);
  const build = () => {
    const select = element(
      "select",
      { "aria-label": "Write to another number", onchange: () => pick(select.value) },
      element("option", { value: "" }, "Write to"),
      ...rest.map((sender) => element("option", { value: sender.number }, nameOf(sender))),
    );
    return select;
  };
  return [{ key: "others", shows: rest, build }];
}

/** Arrow keys move between tabs, as screen reader users expect. */
export function moveBetweenTabs(tabs: HTMLElement, event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const all = () => [...tabs.querySelectorAll<HTMLElement>("[role=tab]")];
  const from = all().findIndex((tab) => tab === document.activeElement);
  if (!step || from < 0) return;
  event.preventDefault();
  const to = (from + step + all().length) % all().length;
  all()[to]?.click();
  // Picking a tab builds it anew.
  all()[to]?.focus();
}
