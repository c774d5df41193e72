import type { Switches } from "../handset.ts";
import type { HandsetView } from "../view.ts";
import { client } from "./client.ts";
import { element } from "./element.ts";

type Toggle = { [K in keyof Switches]: Switches[K] extends boolean ? K : never }[keyof Switches];

/** A switch as people read it. */
interface Labelled {
  readonly name: Toggle;
  readonly label: string;
  readonly means: string;
}

const plain: readonly Labelled[] = [
  { name: "appOff", label: "App closed", means: "Notifications stay unseen, no receipt" },
  { name: "pushDisabled", label: "Notifications off", means: "The person does not allow them" },
  { name: "phoneOff", label: "Phone off", means: "Everything waits until it is on" },
  { name: "landline", label: "Landline", means: "Texts fail with 30006" },
];

const rare: readonly Labelled[] = [
  { name: "appRemoved", label: "App removed", means: "The push provider refuses its token" },
  { name: "voip", label: "Internet number", means: "A number check says VOIP" },
  { name: "noReceipts", label: "No delivery receipts", means: "The carrier never says more than “sent”" },
  { name: "loseReply", label: "Lose the provider's reply", means: "Sent, but the answer never comes back" },
];

/** The switches of a handset. */
export interface SwitchPanel {
  readonly root: HTMLElement;
  readonly update: (view: HandsetView) => void;
}

/** Switches with plain labels; those that are rarely needed are folded away. */
export function switchPanel(id: string): SwitchPanel {
  const turn = (change: Partial<Switches>): void => void client.turn(id, change);
  const toggles = new Map<Toggle, HTMLInputElement>();
  const toggle = ({ name, label, means }: Labelled): HTMLElement => {
    const input = element("input", {
      type: "checkbox",
      role: "switch",
      onchange: () => turn({ [name]: input.checked }),
    });
    toggles.set(name, input);
    return element(
      "label",
      { class: "switch" },
      input,
      element("span", { class: "label" }, label),
      element("span", { class: "means" }, means),
    );
  };
  const number = (label: string, means: string, most: number, set: (value: number | null) => void) => {
    const input = element("input", { type: "number", min: "0", max: String(most), inputmode: "numeric" });
    input.addEventListener("change", () =>
      set(input.value === "" ? null : Math.min(most, Number(input.value))),
    );
    const words = element("span", { class: "label" }, label, element("span", { class: "means" }, means));
    return { input, root: element("label", { class: "number" }, words, input) };
  };
  const code = number("Fail with code", "Twilio code, or HTTP status for push", 99_999, (errorCode) =>
    turn({ errorCode }),
  );
  const late = number("Receipts late by", "Seconds, up to 72 hours", 259_200, (value) =>
    turn({ receiptDelaySeconds: value ?? 0 }),
  );
  const queue = number("Provider's queue", "Seconds before it sends", 36_000, (value) =>
    turn({ queueSeconds: value ?? 0 }),
  );
  const once: Labelled = {
    name: "once",
    label: "Only for the next message",
    means: "The lost reply and the code",
  };
  const root = element(
    "div",
    { class: "switches" },
    element("fieldset", {}, element("legend", { class: "unseen" }, "Switches"), ...plain.map(toggle)),
    element(
      "details",
      {},
      element("summary", {}, "More trouble"),
      element(
        "fieldset",
        {},
        element("legend", { class: "unseen" }, "More switches"),
        ...rare.map(toggle),
        code.root,
        toggle(once),
        late.root,
        queue.root,
      ),
    ),
  );
  const update = ({ switches }: HandsetView): void => {
    for (const [name, input] of toggles) input.checked = switches[name];
    show(code.input, switches.errorCode);
    show(late.input, switches.receiptDelaySeconds || null);
    show(queue.input, switches.queueSeconds || null);
  };
  return { root, update };
}

function show(input: HTMLInputElement, value: number | null): void {
  if (document.activeElement !== input) input.value = value === null ? "" : String(value);
}
