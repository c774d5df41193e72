import { type Meaning, meaningOf } from "../consent/keyword.ts";
import type { InboundMessage } from "../messages/message.ts";
import type { Arrived } from "../providers/provider.ts";
import { type Sender, takesReplies } from "../senders/sender.ts";

/** Whether a person has opted out of nothing, of some, or of everything that can be ended. */
export type Standing = "in" | "partly" | "out";

/** What a text means and who answers it; without a standing nobody we could answer has written it. */
export function interpret(
  arrived: Arrived,
  sender: Sender | undefined,
  standing: Standing | undefined,
): Pick<InboundMessage, "meaning" | "answeredBy"> {
  const read = meaningIn(arrived, standing === "partly" || standing === "out");
  const answeredBy = standing ? whoAnswers(read, arrived, sender, standing) : "nobody";
  return { meaning: read.is, answeredBy };
}

function meaningIn(arrived: Arrived, isOptedOut: boolean): Meaning {
  return arrived.handledKeyword
    ? { is: arrived.handledKeyword, by: "keyword" }
    : meaningOf(arrived.text, isOptedOut);
}

function whoAnswers(
  read: Meaning,
  arrived: Arrived,
  sender: Sender | undefined,
  standing: Standing,
): InboundMessage["answeredBy"] {
  if (read.is === "text") return "nobody";
  // A network that knows the keyword has answered it already; two answers would be one too many.
  if (arrived.handledKeyword !== undefined) return "provider";
  if (sender?.keywordsAnsweredBy === "provider" && isNetworkKeyword(arrived.text, sender.kind))
    return "provider";
  // One confirmation of an opt-out, then silence.
  const isKnownAlready = read.is === "opt-out" && standing === "out";
  return sender && takesReplies(sender) && !isKnownAlready ? "heliograph" : "nobody";
}

/** Networks want the bare word. */
function isNetworkKeyword(text: string, kind: Sender["kind"]): boolean {
  return (kind === "toll-free" ? tollFreeNetwork : twilioDefault).has(text.trim().toUpperCase());
}

// What the network of a US toll-free number answers by itself, and what Twilio answers for other numbers
// (https://help.twilio.com/articles/360058144374, https://help.twilio.com/articles/223134027).
const tollFreeNetwork = new Set("STOP START UNSTOP HELP INFO".split(" "));
const twilioDefault = new Set(
  "STOP UNSUBSCRIBE END QUIT STOPALL REVOKE OPTOUT CANCEL START YES UNSTOP HELP INFO".split(" "),
);
