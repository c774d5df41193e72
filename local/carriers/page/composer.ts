import type { ConversationView, HandsetView } from "../view.ts";
import { client } from "./client.ts";
import { element } from "./element.ts";

const quickAnswers = ["STOP", "HELP", "START"];

/** The box a person answers in. */
export interface Composer {
  readonly root: HTMLElement;
  readonly update: (view: HandsetView, conversation: ConversationView | undefined) => void;
}

/** A text box with quick answers, for the conversation that shows. */
export function composer(id: string): Composer {
  let to: string | undefined;
  const fieldId = `answer-${id.replace(/\W/g, "")}`;
  const field = element("input", {
    id: fieldId,
    type: "text",
    maxlength: "1600",
    autocomplete: "off",
    enterkeyhint: "send",
  });
  const label = element("label", { class: "unseen", for: fieldId }, "Answer");
  const wrong = element("p", { class: "wrong", role: "alert" });
  const send = async (text: string): Promise<void> => {
    if (!to || !text.trim()) return;
    try {
      await client.answer(id, to, text);
      wrong.textContent = "";
      if (field.value === text) field.value = "";
    } catch (error) {
      wrong.textContent = (error as Error).message;
    }
  };
  const quick = quickAnswers.map((word) =>
    element("button", { type: "button", class: "chip", onclick: () => void send(word) }, word),
  );
  const button = element("button", { type: "submit", class: "send", "aria-label": "Send" });
  const form = element(
    "form",
    {
      class: "composer",
      onsubmit: (event) => {
        event.preventDefault();
        void send(field.value);
      },
    },
    element("div", { class: "quick", role: "group", "aria-label": "Quick answers" }, ...quick),
    element("div", { class: "line" }, label, field, button),
    wrong,
  );
  const closed = element("p", { class: "closed" });
  const update: Composer["update"] = (view, conversation) => {
    to =
      conversation?.sender.canAnswer && view.isPhone && !view.switches.landline
        ? conversation.sender.number
        : undefined;
    form.hidden = to === undefined;
    closed.hidden = to !== undefined;
    closed.textContent = whyClosed(view, conversation);
    label.textContent = `Answer ${conversation?.sender.name ?? ""}`;
    field.placeholder = "Text message";
  };
  return { root: element("div", { class: "answering" }, form, closed), update };
}

function whyClosed({ isPhone, switches }: HandsetView, conversation: ConversationView | undefined): string {
  if (!isPhone) return "This device has the app, but no phone number.";
  if (switches.landline) return "Nobody can text from a landline.";
  return conversation
    ? `${conversation.sender.name} is a name: it takes no answers.`
    : "Pick a number to write to.";
}
