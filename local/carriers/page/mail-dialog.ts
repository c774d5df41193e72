import type { MailView } from "../view.ts";
import { client } from "./client.ts";
import { byId, element, fitting } from "./element.ts";
import { showStory } from "./story-dialog.ts";
import { exactTime } from "./time.ts";
import { fateOfMail } from "./words.ts";

let shown: { readonly id: string; readonly fate: HTMLElement; readonly doors: HTMLElement } | undefined;

/** Opens an e-mail: as HTML in a frame where nothing runs, or as the text that came with it. */
export async function showMail(mail: MailView, zone: string | undefined): Promise<void> {
  const dialog = fitting("mail-dialog", HTMLDialogElement);
  const fate = element("p", { class: "fate", role: "status" });
  const doors = element("div", { class: "choices" });
  byId("mail-title").textContent = mail.subject;
  byId("mail").replaceChildren(heading(mail), fate, content(mail), ...filesOf(mail), doors);
  shown = { id: mail.id, fate, doors };
  refreshMail([mail], zone);
  dialog.addEventListener("close", () => (shown = undefined), { once: true });
  dialog.showModal();
  await client.openMail(mail.id);
}

/** Says of the open e-mail what has become of it since. */
export function refreshMail(mails: readonly MailView[], zone: string | undefined): void {
  const mail = mails.find(({ id }) => id === shown?.id);
  if (!mail || !shown) return;
  shown.fate.textContent = fateOfMail(mail);
  const focused = document.activeElement?.textContent;
  shown.doors.replaceChildren(...doorsOf(mail, zone));
  // The button that was pressed may still be there: whoever pressed it is still on it.
  for (const button of shown.doors.querySelectorAll("button"))
    if (button.textContent === focused && !button.disabled) button.focus();
}

function heading({ from, to, replyTo, createdAt }: MailView): HTMLElement {
  const sender = from.name ? `${from.name} <${from.address}>` : from.address;
  const rows = [
    ["From", sender],
    ["To", to],
    ...(replyTo.length > 0 ? [["Answers to", replyTo.join(", ")]] : []),
    ["Sent", exactTime(createdAt)],
  ];
  return element(
    "dl",
    { class: "mail-head" },
    ...rows.flatMap(([name = "", value = ""]) => [element("dt", {}, name), element("dd", {}, value)]),
  );
}

function content({ id, hasHtml, text }: MailView): HTMLElement {
  if (!hasHtml) return element("pre", { class: "mail-text", tabindex: "0" }, text);
  return element("iframe", {
    title: "The e-mail",
    src: `/handsets/mail/${id}`,
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
    referrerpolicy: "no-referrer",
  });
}

function filesOf({ id, files }: MailView): readonly HTMLElement[] {
  if (files.length === 0) return [];
  const links = files.map(({ name, bytes }, index) =>
    element(
      "li",
      {},
      element(
        "a",
        { href: `/handsets/mail/${id}/files/${index}`, download: name },
        `${name} (${sizeOf(bytes)})`,
      ),
    ),
  );
  return [element("ul", { class: "mail-files", "aria-label": "Files" }, ...links)];
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.ceil(bytes / 1024)} KB`;
}

function doorsOf(mail: MailView, zone: string | undefined): readonly (HTMLElement | string)[] {
  const { id, hasButton, unsubscribed, complainedAt } = mail;
  const button = (label: string, press: () => Promise<unknown> | void, disabled = false) =>
    element("button", { type: "button", disabled, onclick: () => void press() }, label);
  return [
    button("Why?", () => showStory("mails", id, zone)),
    button("This is spam", () => client.complain(id), complainedAt !== undefined),
    ...(hasButton ? [button("Unsubscribe", () => client.unsubscribe(id), unsubscribed === "done")] : []),
  ];
}
