import type { HandsetView, SenderView } from "../view.ts";
import { client } from "./client.ts";
import { conversations } from "./conversations.ts";
import { element } from "./element.ts";
import { showLockScreen, showLog } from "./notices.ts";
import { switchPanel } from "./switches.ts";
import { dayOf, timeOfDay, townOf } from "./time.ts";

/** A phone on the page. */
export interface Phone {
  readonly root: HTMLElement;
  readonly update: (view: HandsetView, senders: readonly SenderView[]) => void;
  readonly tick: (now: number) => void;
}

// As many as the style sheet has.
const wallpapers = 8;

/** Draws a phone: lock screen above, messages below, its switches underneath. */
export function phone(id: string): Phone {
  let zone: string | undefined;
  const titleId = `phone-${id.replace(/\W/g, "")}`;
  const title = element("h2", { id: titleId });
  const place = element("p", { class: "place" });
  const small = element("time", { class: "small-clock" });
  const clock = element("time", { class: "clock" });
  const day = element("p", { class: "day-line" });
  const notices = element("ul", { class: "notices", "aria-label": "Notifications" });
  const texts = conversations(id);
  const dark = darkScreen(id);
  const inside = element(
    "div",
    { class: "inside" },
    element(
      "div",
      { class: "status-bar", "aria-hidden": "true" },
      small,
      element("span", { class: "island" }),
      element("span", { class: "signs" }),
    ),
    element("div", { class: "lock" }, day, clock, notices),
    texts.root,
  );
  const panel = switchPanel(id);
  const log = element("ol", { class: "log" });
  const folded = element(
    "details",
    { class: "push-log" },
    element("summary", {}, "Notifications so far"),
    log,
  );
  const root = element(
    "article",
    { class: "phone", "aria-labelledby": titleId },
    element("header", {}, title, place),
    element("div", { class: "frame" }, element("div", { class: "screen" }, inside, dark.root)),
    element("div", { class: "panel" }, panel.root, folded),
  );
  return {
    root,
    update: (view, senders) => {
      zone = view.zone;
      title.textContent = view.name;
      place.textContent = placeOf(view);
      inside.inert = view.switches.phoneOff;
      root.dataset["wallpaper"] = String(view.order % wallpapers);
      root.classList.toggle("is-off", view.switches.phoneOff);
      dark.update(view);
      showLockScreen(notices, view);
      showLog(log, view);
      folded.hidden = view.notices.length === 0;
      texts.update(view, senders);
      panel.update(view);
    },
    tick: (now) => {
      clock.textContent = small.textContent = timeOfDay(now, zone);
      day.textContent = dayOf(now, zone);
    },
  };
}

/** What shows while the phone is off: nothing, and how to change that. */
function darkScreen(id: string) {
  const waiting = element("p", {});
  const button = element(
    "button",
    { type: "button", onclick: () => void client.turn(id, { phoneOff: false }) },
    "Turn on",
  );
  const root = element(
    "div",
    { class: "dark", hidden: true },
    element("h3", {}, "Phone is off"),
    waiting,
    button,
  );
  const update = ({ switches, conversations, notices }: HandsetView): void => {
    root.hidden = !switches.phoneOff;
    const texts = conversations.flatMap(({ messages }) => messages).filter((text) => text.waiting).length;
    const pushes = notices.filter(({ state }) => state === "waiting").length;
    waiting.textContent = [counted(texts, "text"), counted(pushes, "notification")]
      .filter(Boolean)
      .join(" and ")
      .concat(texts + pushes > 0 ? " waiting" : "Nothing is waiting");
  };
  return { root, update };
}

function counted(count: number, name: string): string {
  return count === 0 ? "" : `${count} ${name}${count === 1 ? "" : "s"}`;
}

function placeOf({ zone, isPhone, switches }: HandsetView): string {
  const kind = switches.landline
    ? "Landline"
    : switches.voip
      ? "Internet number"
      : isPhone
        ? "Mobile"
        : "Device with the app";
  return zone ? `${kind} · ${townOf(zone)} time` : kind;
}
