import type { ConversationView, HandsetView } from "../view.ts";
import { client } from "./client.ts";
import { element } from "./element.ts";

/** The box a person answers in. */
export interface Composer {
  readonly root: HTMLElement;
  readonly update: (view: HandsetView, conversation: ConversationView | undefined) => void;
}

const quickAnswers = ["STOP", "HELP", "START"];

/** A text box with quick answers, for the conversation that shows. */
export function composer(id: string): Composer {
  let to: string | undefined;
  const wrong = element("p", { class: "wrong", role: "alert" });
  const send = async (text: string): Promise<boolean> => {
    if (!to || !text.trim()) return false;
    try {
      await client.answer(id, to, text);
      wrong.textContent = "";
      return true;
    } catch (error) {
      wrong.textContent = (error as Error).message;
      return false;
    }
  };
  const { label, form } = textForm(id, send);
  form.append(wrong);
  const closed = element("p", { class: "closed" });
  const update: Composer["update"] = (view, conversation) => {
    const why = whyClosed(view, conversation);
    to = why ? undefined : conversation?.sender.number;
    form.hidden = to === undefined;
    closed.hidden = to !== undefined;
    closed.textContent = why;
    label.textContent = `Answer ${conversation?.sender.name ?? ""}`;
  };
  return { root: element("div", { class: "answering" }, form, closed), update };
}

function textForm(id: string, send: (text: string) => Promise<boolean>) {
  const field = element("input", {
    id: `answer-${id.replace(/\W/g, "")}`,
    type: "text",
    maxlength: "1600",
    autocomplete: "off",
    enterkeyhint: "send",
    placeholder: "Text message",
  });
  const label = element("label", { class: "unseen", for: field.id }, "Answer");
  const quick = quickAnswers.map((word) =>
    element("button", { type: "button", class: "chip", onclick: () => void send(word) }, word),
  );
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const text = field.value;
    if ((await send(text)) && field.value === text) field.value = "";
  };
  const form = element(
    "form",
    { class: "composer", onsubmit: (event) => void submit(event) },
    element("div", { class: "quick", role: "group", "aria-label": "Quick answers" }, ...quick),
    element(
      "div",
      { class: "line" },
      label,
      field,
      element("button", { class: "send", "aria-label": "Send" }),
    ),
  );
  return { label, form };
}

function whyClosed(
  { id, isPhone, switches }: HandsetView,
  conversation: ConversationView | undefined,
): string {
  if (!isPhone && id.includes("@")) return "A mailbox has no phone number.";
  if (!isPhone) return "This device has the app, but no phone number.";
  if (switches.landline) return "Nobody can text from a landline.";
  if (!conversation) return "The business has no number to write to.";
  return conversation.sender.canAnswer ? "" : `${conversation.sender.name} is a name: it takes no answers.`;
}
