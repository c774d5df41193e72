import type { Business } from "../business/business.ts";

/** The one text that answers a keyword; an opt-out is confirmed without a word of advertising. */
export function answerTo(
  keyword: "opt-out" | "opt-in" | "help",
  { name, supportContact }: Business["brand"],
): string {
  return answers[keyword](name, supportContact);
}

const answers = {
  "opt-out": (name: string) =>
    `${name}: you are unsubscribed and will get no more messages from us. Reply START to get them again.`,
  "opt-in": (name: string) =>
    `${name}: you will get our messages again. Msg & data rates may apply. Reply HELP for help, STOP to stop.`,
  help: (name: string, contact: string) =>
    `${name}: for help write to ${contact}. Msg & data rates may apply. Reply STOP to stop.`,
};
