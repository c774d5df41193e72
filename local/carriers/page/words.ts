import type { Notice } from "../notice.ts";
import type { BubbleView, MailView } from "../view.ts";
import { timeOfDay } from "./time.ts";

/** How a text fares: in words, and whether it is on the phone, on its way or lost. */
export interface Fate {
  readonly is: "here" | "coming" | "lost";
  readonly words: string;
}

/** How a text fares, as the person or the provider would put it. */
export function fateOf(text: BubbleView, zone: string | undefined): Fate {
  if (text.direction === "inbound") return fateOfAnswer(text);
  if (text.arrivedAt !== undefined)
    return {
      is: "here",
      words: text.status === "delivered" ? "Delivered" : "Arrived · provider knows “sent”",
    };
  if (text.waiting) return { is: "coming", words: "Waiting for the phone" };
  const failed = [text.errorCode, text.failure?.toLowerCase()].filter(Boolean).join(", ");
  if (text.status === "undelivered") return { is: "lost", words: `Not delivered · ${failed}` };
  if (text.status === "failed") return { is: "lost", words: `Not sent · ${failed}` };
  if (text.status === "canceled") return { is: "lost", words: "Canceled" };
  if (text.status === "scheduled")
    return { is: "coming", words: `Scheduled for ${timeOfDay(text.sendAt ?? text.createdAt, zone)}` };
  return { is: "coming", words: text.status === "sent" ? "With the carrier" : "Queued" };
}

function fateOfAnswer({ webhook }: BubbleView): Fate {
  if (webhook === "lost") return { is: "lost", words: "Lost · the business did not answer" };
  return { is: "here", words: webhook === "answered" ? "Received by the business" : "Sent" };
}

/** What became of a notification. */
export function fateOfNotice({ state, hiddenBy, receipts, pressed, actions, link }: Notice): string {
  const button = actions?.find(({ id }) => id === pressed);
  const place = (button?.link ?? link) ? ` ${button?.link ?? link}` : "";
  const told = receipts.length > 0 ? `app reported ${receipts.join(", ")}` : "no receipt yet";
  if (state === "not-shown") return `Never seen: ${reasons[hiddenBy ?? "silent"]}`;
  if (state === "waiting") return "Waiting for the phone";
  return {
    "on-its-way": "On its way",
    shown: "On the lock screen",
    opened: button ? `Pressed “${button.title}”${place}` : `Opened${place}`,
    dismissed: "Dismissed",
    replaced: "Replaced by a newer one",
  }[state].concat(state === "on-its-way" ? "" : ` · ${told}`);
}

/** What became of an e-mail. */
export function fateOfMail({ state, isDelayed, complainedAt, unsubscribed, openedAt }: MailView): string {
  if (state === "bounced") return "Bounced · it is in no mailbox";
  if (state === "rejected") return "Not sent · the provider found a virus";
  if (state === "on-its-way") return isDelayed ? "Delayed by the mailbox's server" : "On its way";
  if (complainedAt !== undefined) return "In the mailbox · called spam";
  if (unsubscribed)
    return unsubscribed === "done" ? "Unsubscribed" : "The business did not take the unsubscription";
  return openedAt === undefined ? "In the mailbox" : "Opened";
}

const reasons: Readonly<Record<NonNullable<Notice["hiddenBy"]>, string>> = {
  "app-off": "the app was closed",
  "app-removed": "the app was removed",
  "push-disabled": "notifications are off",
  silent: "meant for the app only",
  expired: "it came too late",
};
