import type { HandsetView } from "../view.ts";
import { element } from "./element.ts";
import { showNotices } from "./notices.ts";
import { dayOf, timeOfDay } from "./time.ts";

/** The upper part of a phone. */
export interface LockScreen {
  readonly statusBar: HTMLElement;
  readonly root: HTMLElement;
  readonly update: (view: HandsetView) => void;
  readonly tick: (now: number) => void;
}

/** The time where the phone is, and the notifications that wait to be tapped. */
export function lockScreen(): LockScreen {
  let zone: string | undefined;
  const small = element("time", {});
  const clock = element("time", { class: "clock" });
  const day = element("p", { class: "day-line" });
  const notices = element("ul", { class: "notices", "aria-label": "Notifications" });
  const island = element("span", { class: "island" });
  const signs = element("span", { class: "signs" });
  return {
    statusBar: element("div", { class: "status-bar", "aria-hidden": "true" }, small, island, signs),
    root: element("div", { class: "lock" }, day, clock, notices),
    update: (view) => {
      zone = view.zone;
      showNotices(notices, view);
    },
    tick: (now) => {
      const time = timeOfDay(now, zone);
      if (clock.textContent === time) return;
      clock.textContent = time;
      small.textContent = time;
      day.textContent = dayOf(now, zone);
    },
  };
}
