import type { HandsetView, SenderView } from "../view.ts";
import { client } from "./client.ts";
import { conversations } from "./conversations.ts";
import { element } from "./element.ts";
import { mailbox } from "./mailbox.ts";
import { lockScreen } from "./lock-screen.ts";
import { showLog } from "./notices.ts";
import { switchPanel } from "./switches.ts";
import { townOf } from "./time.ts";

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
  const titleId = `phone-${id.replace(/\W/g, "")}`;
  const title = element("h2", { id: titleId });
  const place = element("p", { class: "place" });
  const lock = lockScreen();
  const mail = mailbox();
  const texts = conversations(id);
  const inside = element("div", { class: "inside" }, lock.statusBar, lock.root, mail.root, texts.root);
  const dark = darkScreen(id);
  const under = underneath(id);
  const root = element(
    "article",
    { class: "phone", "aria-labelledby": titleId },
    element("header", {}, title, place),
    element("div", { class: "frame" }, element("div", { class: "screen" }, inside, dark.root)),
    under.root,
  );
  return {
    root,
    tick: lock.tick,
    update: (view, senders) => {
      title.textContent = view.name;
      place.textContent = placeOf(view);
      root.dataset["wallpaper"] = String(view.order % wallpapers);
      root.classList.toggle("is-off", view.switches.phoneOff);
      inside.inert = view.switches.phoneOff;
      for (const part of [dark, lock, mail, under]) part.update(view);
      texts.update(view, senders);
    },
  };
}

/** What shows while the phone is off: nothing, and how to change that. */
function darkScreen(id: string) {
  const waiting = element("p", {});
  const turnOn = (): void => void client.turn(id, { phoneOff: false });
  const button = element("button", { type: "button", onclick: turnOn }, "Turn on");
  const root = element(
    "div",
    { class: "dark", hidden: true },
    element("h3", {}, "Phone is off"),
    waiting,
    button,
  );
  const update = ({ switches, conversations, notices }: HandsetView): void => {
    const texts = conversations.flatMap(({ messages }) => messages).filter((text) => text.waiting).length;
    const pushes = notices.filter(({ state }) => state === "waiting").length;
    const counts = [counted(texts, "text"), counted(pushes, "notification")].filter(Boolean);
    root.hidden = !switches.phoneOff;
    waiting.textContent = counts.length > 0 ? `${counts.join(" and ")} waiting` : "Nothing is waiting";
  };
  return { root, update };
}

/** The switches, and what became of the notifications. */
function underneath(id: string) {
  const panel = switchPanel(id);
  const log = element("ol", { class: "log" });
  const folded = element(
    "details",
    { class: "push-log" },
    element("summary", {}, "Notifications so far"),
    log,
  );
  const update = (view: HandsetView): void => {
    folded.hidden = view.notices.length === 0;
    showLog(log, view);
    panel.update(view);
  };
  return { root: element("div", { class: "panel" }, panel.root, folded), update };
}

function counted(count: number, name: string): string {
  return count === 0 ? "" : `${count} ${name}${count === 1 ? "" : "s"}`;
}

function placeOf({ id, zone, isPhone, switches }: HandsetView): string {
  const mobile = switches.voip ? "Internet number" : "Mobile";
  const kind = switches.landline ? "Landline" : mobile;
  if (!isPhone) return id.includes("@") ? "Mailbox" : "Device with the app";
  return zone ? `${kind} · ${townOf(zone)} time` : kind;
}
