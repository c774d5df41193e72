import { kindOf } from "../accounts.ts";

/** What a keyword asks for. */
type Keyword = "STOP" | "START" | "HELP";

/** What the provider makes of a text to a number whose opt-outs it handles. */
export interface KeywordAnswer {
  readonly keyword: Keyword;
  /** What it answers itself; nothing when the text changed nothing. */
  readonly reply?: string;
}

/**
 * Only a text that is exactly one keyword counts
 * (https://help.twilio.com/articles/223134027, toll-free: https://help.twilio.com/articles/360058144374).
 */
export function answerToKeyword(text: string, number: string, isBlocked: boolean): KeywordAnswer | undefined {
  const word = text.trim().toUpperCase();
  const tollFree = kindOf(number) === "toll-free";
  const stops = tollFree ? networkStops : providerStops;
  const starts = tollFree ? networkStarts : providerStarts;
  if (stops.has(word)) return { keyword: "STOP", ...(!isBlocked && { reply: stopReply(tollFree) }) };
  // YES is an ordinary word for somebody who never left.
  if (starts.has(word) && (isBlocked || word !== "YES"))
    return { keyword: "START", ...(isBlocked && { reply: startReply(tollFree, word) }) };
  if (helps.has(word)) return { keyword: "HELP", ...(!isBlocked && { reply: helpReply }) };
  return undefined;
}

const providerStops = new Set([
  "STOP",
  "UNSUBSCRIBE",
  "END",
  "QUIT",
  "STOPALL",
  "REVOKE",
  "OPTOUT",
  "CANCEL",
]);
const providerStarts = new Set(["START", "YES", "UNSTOP"]);
const networkStops = new Set(["STOP"]);
const networkStarts = new Set(["START", "UNSTOP"]);
const helps = new Set(["HELP", "INFO"]);

const helpReply = "Reply STOP to get no more texts from this number. Message and data rates may apply.";

function stopReply(tollFree: boolean): string {
  return tollFree
    ? "NETWORK MSG: You replied STOP, which blocks all texts from this number. Text UNSTOP to get them again."
    : "You are unsubscribed and will get no more texts from this number. Reply START to subscribe again.";
}

function startReply(tollFree: boolean, word: string): string {
  return tollFree
    ? `NETWORK MSG: You replied ${word} and will get texts from this number again.`
    : "You are subscribed to texts from this number again. Reply HELP for help, STOP to unsubscribe.";
}
