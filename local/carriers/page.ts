import { board } from "./page/board.ts";
import { client, listen } from "./page/client.ts";
import { clockControl } from "./page/clock.ts";
import { byId, fitting } from "./page/element.ts";
import { retell } from "./page/story-dialog.ts";
import { exactTime } from "./page/time.ts";

// The handsets' page: what the carriers delivered, on phones that a person can answer from.
const phones = board();

const showTime = (now: number): void => {
  byId("now").textContent = exactTime(now);
  phones.tick(now);
};
void clockControl(showTime);

listen({
  changed: (handsets) => {
    phones.changed(handsets);
    retell();
  },
  reset: () => void phones.load(),
  time: showTime,
  connected: (isConnected) => {
    const live = byId("live");
    live.textContent = isConnected ? "Live" : "Reconnecting";
    live.classList.toggle("on", isConnected);
    if (isConnected) void phones.load();
  },
});

const sought = fitting("sought", HTMLInputElement);
let typing: ReturnType<typeof setTimeout> | undefined;
sought.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => phones.seek(sought.value.trim()), 150);
});
byId("find").addEventListener("submit", (event) => event.preventDefault());
byId("show-more").addEventListener("click", phones.more);

const adding = fitting("add-dialog", HTMLDialogElement);
const number = fitting("add-number", HTMLInputElement);
byId("add").addEventListener("click", () => adding.showModal());
adding.addEventListener("submit", (event) => {
  event.preventDefault();
  void add();
});

const resetting = fitting("reset-dialog", HTMLDialogElement);
byId("reset").addEventListener("click", () => resetting.showModal());
resetting.addEventListener("submit", () => void client.reset());

for (const button of document.querySelectorAll("[data-close]"))
  button.addEventListener("click", () => button.closest("dialog")?.close());

async function add(): Promise<void> {
  const digits = number.value.replace(/[^\d+]/g, "");
  const isNumber = /^\+[1-9]\d{6,14}$/.test(digits);
  byId("add-wrong").textContent = isNumber
    ? ""
    : "Write it with a plus and the country code, like +1 212 555 0123.";
  if (!isNumber) return;
  await client.turn(digits, {});
  number.value = "";
  adding.close();
}
