import type { Switches } from "../handset.ts";
import type { HandsetView } from "../view.ts";
import { client } from "./client.ts";
import { element } from "./element.ts";

/** The switches of a handset. */
export interface SwitchPanel {
  readonly root: HTMLElement;
  readonly update: (view: HandsetView) => void;
}

/** Switches with plain labels; those that are rarely needed are folded away. */
export function switchPanel(id: string): SwitchPanel {
  const turn = (change: Partial<Switches>): void => void client.turn(id, change);
  const main = plain.map((row) => toggle(row, turn));
  const more = [
    ...rare.map((row) => ("most" in row ? amount(row, turn) : toggle(row, turn))),
    mailboxChoice(turn),
  ];
  const roots = (controls: readonly Control[]): HTMLElement[] => controls.map(({ root }) => root);
  const root = element(
    "div",
    { class: "switches" },
    element(
      "fieldset",
      { class: "tiles" },
      element("legend", { class: "unseen" }, "Switches"),
      ...roots(main),
    ),
    element(
      "details",
      {},
      element("summary", {}, "More trouble"),
      element("fieldset", {}, element("legend", { class: "unseen" }, "More switches"), ...roots(more)),
    ),
  );
  const update = ({ switches }: HandsetView): void => {
    for (const { show } of [...main, ...more]) show(switches);
  };
  return { root, update };
}

type KeyFor<T> = { [K in keyof Switches]: Switches[K] extends T ? K : never }[keyof Switches];

interface Toggle {
  readonly name: KeyFor<boolean>;
  readonly label: string;
  readonly means: string;
}

interface Amount {
  readonly name: KeyFor<number | null>;
  readonly label: string;
  readonly means: string;
  readonly most: number;
  /** What an empty field stands for. */
  readonly empty: number | null;
}

interface Control {
  readonly root: HTMLElement;
  readonly show: (switches: Switches) => void;
}

type Turn = (change: Partial<Switches>) => void;

const plain: readonly Toggle[] = [
  { name: "appOff", label: "App closed", means: "Notifications stay unseen, no receipt" },
  { name: "pushDisabled", label: "Push disabled", means: "The person does not allow notifications" },
  { name: "phoneOff", label: "Phone off", means: "Everything waits until it is on" },
  { name: "landline", label: "Landline", means: "Texts fail with 30006" },
];

const rare: readonly (Toggle | Amount)[] = [
  { name: "appRemoved", label: "App removed", means: "The push provider refuses its token" },
  { name: "voip", label: "Internet number", means: "A number check says VOIP" },
  { name: "noReceipts", label: "No delivery receipts", means: "The carrier never says more than “sent”" },
  {
    name: "receiptDelaySeconds",
    label: "Receipts late by",
    means: "Seconds, up to 72 hours",
    most: 259_200,
    empty: 0,
  },
  {
    name: "queueSeconds",
    label: "Provider's queue",
    means: "Seconds before it sends",
    most: 36_000,
    empty: 0,
  },
  { name: "loseReply", label: "Lose the provider's reply", means: "Sent, but the answer never comes back" },
  {
    name: "errorCode",
    label: "Fail with code",
    means: "Twilio's, or HTTP for push and e-mail",
    most: 99_999,
    empty: null,
  },
  { name: "once", label: "Only for the next message", means: "The lost reply and the code" },
];

function toggle({ name, label, means }: Toggle, turn: Turn): Control {
  const input = element("input", { type: "checkbox", role: "switch" });
  input.addEventListener("change", () => turn({ [name]: input.checked }));
  const words = [element("span", { class: "label" }, label), element("span", { class: "means" }, means)];
  return {
    root: element("label", { class: "switch", title: means }, input, ...words),
    show: (switches) => (input.checked = switches[name]),
  };
}

const mailboxes: Readonly<Record<Switches["mailbox"], string>> = {
  open: "takes them",
  gone: "is gone (hard bounce)",
  full: "is full (soft bounce)",
  slow: "asks for patience",
  complains: "takes them, and they are called spam",
  virus: "never sees them: the provider finds a virus",
};

/** What the mailbox's server does with e-mails. */
function mailboxChoice(turn: Turn): Control {
  const options = Object.entries(mailboxes).map(([value, label]) => element("option", { value }, label));
  const select = element("select", {}, ...options);
  select.addEventListener("change", () => turn({ mailbox: select.value as Switches["mailbox"] }));
  const words = element(
    "span",
    { class: "label" },
    "Mailbox",
    element("span", { class: "means" }, "What its server does with e-mails"),
  );
  return {
    root: element("label", { class: "number" }, words, select),
    show: ({ mailbox }) => (select.value = mailbox),
  };
}

function amount({ name, label, means, most, empty }: Amount, turn: Turn): Control {
  const placeholder = empty === null ? "none" : String(empty);
  const input = element("input", {
    type: "number",
    min: "0",
    max: String(most),
    inputmode: "numeric",
    placeholder,
  });
  input.addEventListener("change", () =>
    turn({ [name]: input.value ? Math.min(most, Number(input.value)) : empty }),
  );
  const words = element("span", { class: "label" }, label, element("span", { class: "means" }, means));
  const show = (switches: Switches): void => {
    const value = switches[name];
    // Nobody's typing is overwritten.
    if (document.activeElement !== input) input.value = value === empty ? "" : String(value);
  };
  return { root: element("label", { class: "number" }, words, input), show };
}
