import type { HandsetView, MailView } from "../view.ts";
import { element, type Item, patch } from "./element.ts";
import { refreshMail, showMail } from "./mail-dialog.ts";
import { timeOfDay } from "./time.ts";
import { fateOfMail } from "./words.ts";

/** The mail program of a phone: what is in the mailbox, and what never got there. */
export function mailbox() {
  const title = element("h3", {});
  const list = element("ul", { class: "mails", "aria-label": "E-mails" });
  const root = element("section", { class: "mailbox", hidden: true }, title, list);
  const update = ({ mails, zone }: HandsetView): void => {
    root.hidden = mails.length === 0;
    const unread = mails.filter(
      ({ state, openedAt }) => state === "arrived" && openedAt === undefined,
    ).length;
    title.textContent = unread > 0 ? `Mail · ${unread} new` : "Mail";
    patch(
      list,
      mails.map((mail): Item => ({ key: mail.id, shows: mail, build: () => row(mail, zone) })),
    );
    refreshMail(mails, zone);
  };
  return { root, update };
}

function row(mail: MailView, zone: string | undefined): HTMLElement {
  const { subject, from, state, openedAt, arrivedAt, createdAt } = mail;
  const isNew = state === "arrived" && openedAt === undefined;
  return element(
    "li",
    { class: isNew ? "unread" : "" },
    element(
      "button",
      { type: "button", disabled: state !== "arrived", onclick: () => void showMail(mail, zone) },
      element("span", { class: "from" }, from.name || from.address),
      element("time", {}, timeOfDay(arrivedAt ?? createdAt, zone)),
      element("span", { class: "subject" }, subject),
      element("span", { class: "fate" }, fateOfMail(mail)),
    ),
  );
}
