import type { BubbleView, ConversationView, HandsetView } from "../view.ts";
import { element, type Item, patch } from "./element.ts";
import { dayOf, timeOfDay } from "./time.ts";
import { showStory } from "./story-dialog.ts";
import { fateOf } from "./words.ts";

/** The texts with one sender as bubbles, oldest on top, under a line that says what is in their way. */
export function threadPane() {
  const banner = element("p", { class: "banner", role: "status", hidden: true });
  const list = element("ol", { class: "thread" });
  const scroller = element("div", { class: "scroller", role: "log", tabindex: "0" }, list);
  const update = (view: HandsetView, conversation: ConversationView | undefined): void => {
    const words = obstacleOf(view, conversation);
    if (banner.textContent !== words) banner.textContent = words;
    banner.hidden = words === "";
    scroller.setAttribute("aria-label", conversation ? `Texts with ${conversation.sender.name}` : "Texts");
    const texts = conversation?.messages ?? [];
    const items = texts.flatMap((text, index) => itemsOf(text, texts[index - 1], view.zone));
    patch(list, items.length > 0 ? items : [nothingYet(conversation)]);
  };
  return { parts: [banner, scroller], update };
}

function obstacleOf({ switches }: HandsetView, conversation: ConversationView | undefined): string {
  if (switches.landline) return "A landline rings, but it cannot show texts.";
  return conversation?.isBlocked ? "Unsubscribed: the provider blocks this sender." : "";
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
    element(
      "p",
      { class: "fate" },
      when,
      ` · ${words} `,
      ticksOf(text),
      isMine ? undefined : why(text, zone),
    ),
  );
}

/** Whether the business may know of it, at a glance: taken, or proven to be there. */
function ticksOf({ status, webhook }: BubbleView): HTMLElement | undefined {
  const isProven = status === "delivered" || webhook === "answered";
  const isTaken = isProven || status === "sent" || status === "received";
  const ticks = element("span", { class: isProven ? "ticks proven" : "ticks", "aria-hidden": "true" });
  return isTaken ? ticks : undefined;
}

function why({ sid, body }: BubbleView, zone: string | undefined): HTMLElement {
  const label = `Why this text, and why now? ${body.slice(0, 40)}`;
  const open = (): void => void showStory("texts", sid, zone);
  return element("button", { type: "button", class: "why", "aria-label": label, onclick: open }, "Why?");
}

/** A picture, or its address when it cannot be shown. */
function pictureOf(url: string): HTMLElement {
  const picture = element("img", { src: url, alt: "Picture in this text", loading: "lazy" });
  picture.addEventListener("error", () => picture.replaceWith(element("p", { class: "address" }, url)));
  return picture;
}
