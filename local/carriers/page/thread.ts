import type { BubbleView, ConversationView } from "../view.ts";
import { element, type Item, patch } from "./element.ts";
import { dayOf, timeOfDay } from "./time.ts";
import { fateOf } from "./words.ts";

/** Shows the texts with one sender as bubbles, oldest on top. */
export function showThread(
  list: HTMLElement,
  conversation: ConversationView | undefined,
  zone: string | undefined,
): void {
  const texts = conversation?.messages ?? [];
  const items = texts.flatMap((text, index) => itemsOf(text, texts[index - 1], zone));
  patch(list, items.length > 0 ? items : [nothingYet(conversation)]);
}

function itemsOf(text: BubbleView, before: BubbleView | undefined, zone: string | undefined): Item[] {
  const day = dayOf(text.createdAt, zone);
  const bubble = { key: text.sid, shows: text, build: () => bubbleFor(text, zone) };
  if (before && dayOf(before.createdAt, zone) === day) return [bubble];
  return [{ key: `day ${day}`, shows: day, build: () => element("li", { class: "day" }, day) }, bubble];
}

function nothingYet(conversation: ConversationView | undefined): Item {
  const words = conversation ? "Nothing said yet." : "No texts yet.";
  return { key: "nothing", shows: words, build: () => element("li", { class: "nothing" }, words) };
}

function bubbleFor(text: BubbleView, zone: string | undefined): HTMLElement {
  const isMine = text.direction === "inbound";
  const { is, words } = fateOf(text, zone);
  const at = text.arrivedAt ?? text.createdAt;
  const when = element("time", { datetime: new Date(at).toISOString() }, timeOfDay(at, zone));
  return element(
    "li",
    { class: `text ${isMine ? "mine" : "theirs"} ${is}` },
    element("span", { class: "unseen" }, isMine ? "You wrote:" : "They wrote:"),
    element(
      "div",
      { class: "bubble" },
      ...text.mediaUrls.map(pictureOf),
      text.body ? element("p", {}, text.body) : undefined,
    ),
    element("p", { class: "fate" }, when, ` · ${words}`),
  );
}

/** A picture, or its address when it cannot be shown. */
function pictureOf(url: string): HTMLElement {
  const picture = element("img", { src: url, alt: "Picture in this text", loading: "lazy" });
  picture.addEventListener("error", () => picture.replaceWith(element("p", { class: "address" }, url)));
  return picture;
}
