import type { Notice } from "../notice.ts";
import type { HandsetView } from "../view.ts";
import { client } from "./client.ts";
import { element, type Item, patch } from "./element.ts";
import { showStory } from "./story-dialog.ts";
import { timeOfDay } from "./time.ts";
import { fateOfNotice } from "./words.ts";

/** Shows the notifications on the lock screen, newest on top. */
export function showNotices(list: HTMLElement, { notices, zone }: HandsetView): void {
  const lit = notices.filter(({ state }) => state === "shown");
  list.hidden = lit.length === 0;
  patch(
    list,
    lit.map((notice) => ({
      key: notice.id,
      shows: [notice.title, notice.body, notice.state],
      build: () => card(notice, zone),
    })),
  );
}

/** Lists what became of all notifications, also of those nobody saw. */
export function showLog(list: HTMLElement, { notices, zone }: HandsetView): void {
  const items = notices.map((notice): Item => {
    const words = fateOfNotice(notice);
    const when = element("time", {}, timeOfDay(notice.shownAt ?? notice.createdAt, zone));
    const build = () =>
      element(
        "li",
        {},
        element("p", {}, when, " ", element("strong", {}, notice.title || notice.app), ` ${notice.body}`),
        element("p", { class: "fate" }, `${words} `, why(notice, zone)),
      );
    return { key: notice.id, shows: words, build };
  });
  patch(list, items);
}

function card(notice: Notice, zone: string | undefined): HTMLElement {
  const name = notice.title || notice.app;
  return element(
    "li",
    { class: "notice" },
    element(
      "button",
      { type: "button", class: "open", onclick: () => void client.tap(notice.id), title: "Open" },
      appIcon(name, notice.badge),
      element(
        "span",
        { class: "said" },
        element("span", { class: "title" }, name),
        element("time", {}, timeOfDay(notice.shownAt ?? notice.createdAt, zone)),
        element("span", { class: "body" }, notice.body),
      ),
      notice.imageUrl ? element("img", { src: notice.imageUrl, alt: "" }) : undefined,
      element("span", { class: "unseen" }, "Open this notification"),
    ),
    why(notice, zone),
    element("button", {
      type: "button",
      class: "dismiss",
      "aria-label": `Dismiss: ${name}`,
      title: "Dismiss",
      onclick: () => void client.dismiss(notice.id),
    }),
    buttons(notice),
  );
}

/** The app's icon with the number that stands on it. */
function appIcon(name: string, badge = 0): HTMLElement {
  const count = badge > 0 ? element("span", { class: "badge" }, String(badge)) : undefined;
  return element("span", { class: "app", "aria-hidden": "true" }, name.slice(0, 1).toUpperCase(), count);
}

function buttons({ id, actions = [] }: Notice): HTMLElement | undefined {
  if (actions.length === 0) return undefined;
  const all = actions.map((action) => {
    const press = (): void => void client.tap(id, action.id);
    const attributes = { type: "button", class: "action", onclick: press };
    return element("button", { ...attributes, ...(action.link && { title: action.link }) }, action.title);
  });
  return element("span", { class: "actions" }, ...all);
}

function why({ id, body }: Notice, zone: string | undefined): HTMLElement {
  const label = `Why this notification, and why now? ${body.slice(0, 40)}`;
  const open = (): void => void showStory("notifications", id, zone);
  return element("button", { type: "button", class: "why", "aria-label": label, onclick: open }, "Why?");
}
