import { twoWayEvent } from "./aws-sms/events.ts";
import { kindOf, ownerOf } from "./accounts.ts";
import type { Carrier } from "./carrier.ts";
import type { JobOf } from "./job.ts";
import { acceptText } from "./network.ts";
import { newText } from "./new-text.ts";
import { plannedNumber } from "./phone-number.ts";
import { optOutId, useHandset } from "./records.ts";
import type { TextMessage } from "./text-message.ts";
import { answerToKeyword } from "./twilio/keywords.ts";
import { messagesIn } from "./twilio/twiml.ts";
import { callWebhook, webhookCall } from "./twilio/webhook.ts";

const travelMs = [200, 900] as const;

/** A person writes to one of the business's numbers; throws when their phone cannot. */
export function writeText(carrier: Carrier, from: string, to: string, body: string): TextMessage {
  const owner = ownerOf(carrier.accounts, to);
  if (!owner) throw new Error(`${to} is not a number of a simulated account.`);
  if (kindOf(to) === "alphanumeric") throw new Error(`Nobody can write to the sender name ${to}.`);
  const { records, agenda, clock } = carrier;
  const { switches } = useHandset(records, from, clock.now());
  if (switches.phoneOff || switches.landline)
    throw new Error("This phone is off or a landline: it cannot write.");
  const { accountSid } = owner.account;
  const draft = {
    accountSid,
    direction: "inbound",
    handset: from,
    sender: to,
    body,
    status: "received",
  } as const;
  const text = newText(draft, clock.now());
  records.atomically(() => {
    records.texts.put(text);
    agenda.plan(clock.now() + carrier.between(...travelMs), { does: "keyword", sid: text.sid });
  });
  carrier.changed(from);
  return text;
}

/** The provider looks for a keyword where that is its task, and then tells the business. */
export function readKeyword(carrier: Carrier, sid: string): void {
  const { records, agenda, clock } = carrier;
  const text = records.texts.get(sid);
  const owner = text && ownerOf(carrier.accounts, text.sender);
  if (!owner) return;
  const id = optOutId(text);
  const handles = owner.number.optOut === "provider";
  const answer = handles
    ? answerToKeyword(text.body, text.sender, records.optOuts.get(id) !== undefined)
    : undefined;
  if (answer?.keyword === "STOP")
    records.optOuts.put({ sender: text.sender, handset: text.handset, since: clock.now() });
  if (answer?.keyword === "START") records.optOuts.remove(id);
  if (answer?.reply) reply(carrier, text, { body: answer.reply, mediaUrls: [] });
  const url = owner.number.inboundUrl;
  if (owner.number.provider === "aws-sms")
    agenda.plan(clock.now(), { does: "event", sid, event: twoWayEvent(text) });
  else if (url)
    agenda.plan(clock.now(), {
      does: "inbound",
      ...webhookCall(sid, url),
      ...(answer && { optOutType: answer.keyword }),
    });
  carrier.changed(text.handset);
}

/** Posts a person's text to the number's webhook and sends back what its answer says. */
export async function tellBusiness(
  carrier: Carrier,
  job: JobOf<"inbound">,
  signal: AbortSignal,
): Promise<() => void> {
  const text = carrier.records.texts.get(job.sid);
  const owner = text && ownerOf(carrier.accounts, text.sender);
  if (!owner) return () => undefined;
  const result = await callWebhook(job, inboundForm(text, job.optOutType), owner.account.authToken, signal);
  const again = result.is === "failed" ? result.retryInMs : undefined;
  if (again !== undefined)
    return () => carrier.agenda.plan(carrier.clock.now() + again, { ...job, tries: job.tries + 1 });
  return () => {
    carrier.records.texts.put({ ...text, webhook: result.is === "answered" ? "answered" : "lost" });
    const isBlocked = carrier.records.optOuts.get(optOutId(text)) !== undefined;
    const answers = result.is === "answered" && !isBlocked ? messagesIn(result.body) : [];
    for (const answer of answers) reply(carrier, text, answer);
    carrier.changed(text.handset);
  };
}

function reply(carrier: Carrier, to: TextMessage, content: Pick<TextMessage, "body" | "mediaUrls">): void {
  const { accountSid, handset, sender } = to;
  const draft = {
    accountSid,
    direction: "outbound-reply",
    handset,
    sender,
    status: "queued",
    ...content,
  } as const;
  acceptText(carrier, newText(draft, carrier.clock.now()));
}

/** Parameters of an incoming text (https://www.twilio.com/docs/messaging/guides/webhook-request). */
function inboundForm(text: TextMessage, optOutType: string | undefined): Record<string, string> {
  return {
    ToCountry: plannedNumber(text.sender)?.country ?? "",
    ToState: "",
    SmsMessageSid: text.sid,
    NumMedia: "0",
    ToCity: "",
    FromZip: "",
    SmsSid: text.sid,
    FromState: "",
    SmsStatus: "received",
    FromCity: "",
    Body: text.body,
    FromCountry: plannedNumber(text.handset)?.country ?? "",
    To: text.sender,
    ToZip: "",
    ...(optOutType && { OptOutType: optOutType }),
    NumSegments: String(text.segments),
    MessageSid: text.sid,
    AccountSid: text.accountSid,
    From: text.handset,
    ApiVersion: "2010-04-01",
  };
}
