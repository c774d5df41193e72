import * as z from "zod/mini";
import type { Account, CarrierNumber } from "../accounts.ts";
import type { Carrier } from "../carrier.ts";
import { newHandset } from "../handset.ts";
import { acceptText } from "../network.ts";
import { longestValiditySeconds, newText } from "../new-text.ts";
import { optOutId } from "../records.ts";
import { useUp } from "../use-up.ts";
import type { Rates } from "../rate.ts";
import type { TextMessage } from "../text-message.ts";
import { isLateFailure } from "./error-codes.ts";
import { isRefusalCode, Refusal } from "./refusal.ts";
import { senderFor } from "./sender-for.ts";

/** A text that was taken in, and whether the caller is to hear of it. */
export interface Created {
  readonly text: TextMessage;
  readonly loseReply: boolean;
}

/** Messages.create: checks in the API's order, then sends the text on its way. */
export function createMessage(
  carrier: Carrier,
  rates: Rates,
  account: Account,
  form: URLSearchParams,
): Created {
  const now = carrier.clock.now();
  const asked = readForm(form);
  const schedule = scheduleOf(form, now);
  const number = senderFor(carrier, account, asked);
  if (carrier.records.optOuts.get(optOutId({ sender: number.number, handset: asked.To })))
    throw new Refusal(21610);
  const handset = carrier.records.handsets.get(asked.To) ?? newHandset(asked.To, now);
  const { errorCode, loseReply } = handset.switches;
  if (errorCode !== null && isRefusalCode(errorCode)) {
    useUp(carrier, handset);
    throw new Refusal(errorCode);
  }
  const fate = errorCode !== null && isLateFailure(errorCode) && { fate: errorCode };
  const text = textOf(account, number, asked, { ...schedule, ...fate }, now);
  if (!rates.take(number.number, text.segments, number.mps, now)) throw new Refusal(20429);
  useUp(carrier, handset);
  acceptText(carrier, text);
  return { text, loseReply };
}

/** What the API reads of the form. */
const CreateForm = z.object({
  To: z.string(),
  From: z.optional(z.string()),
  MessagingServiceSid: z.optional(z.string()),
  Body: z.optional(z.string()),
  StatusCallback: z.optional(z.string()),
  ValidityPeriod: z.optional(z.string()),
  ContentSid: z.optional(z.string()),
  MediaUrl: z.array(z.string()),
});
/** What the API reads of the form. */
export type CreateForm = z.infer<typeof CreateForm>;

function readForm(form: URLSearchParams): CreateForm {
  if (!form.get("To")) throw new Refusal(21604);
  const asked = CreateForm.parse({ ...Object.fromEntries(form), MediaUrl: form.getAll("MediaUrl") });
  if (!asked.From && !asked.MessagingServiceSid) throw new Refusal(21603);
  if (asked.ContentSid) throw new Refusal(21655, asked.ContentSid);
  if (!asked.Body && asked.MediaUrl.length === 0) throw new Refusal(21619);
  if ((asked.Body ?? "").length > 1600) throw new Refusal(21617);
  if (asked.MediaUrl.length > 10) throw new Refusal(21623);
  if (!asked.MediaUrl.every(isWebUrl)) throw new Refusal(21620);
  if (asked.StatusCallback && !isWebUrl(asked.StatusCallback)) throw new Refusal(21609, asked.StatusCallback);
  if (asked.ValidityPeriod !== undefined && !isValidity(asked.ValidityPeriod)) throw new Refusal(21624);
  return asked;
}

/** Scheduling needs a messaging service and 15 minutes to 35 days of notice. */
function scheduleOf(form: URLSearchParams, now: number): { readonly sendAt?: number } {
  if (form.get("ScheduleType") !== "fixed") return {};
  const at = Date.parse(form.get("SendAt") ?? "");
  if (Number.isNaN(at) || !form.get("MessagingServiceSid")) throw new Refusal(35111);
  const minutes = (at - now) / 60_000;
  if (minutes < 15 || minutes > 35 * 24 * 60) throw new Refusal(35114);
  return { sendAt: at };
}

function textOf(
  account: Account,
  number: CarrierNumber,
  asked: CreateForm,
  more: { readonly sendAt?: number; readonly fate?: number },
  now: number,
): TextMessage {
  const seconds = Number(asked.ValidityPeriod ?? longestValiditySeconds);
  const first = asked.MessagingServiceSid ? "accepted" : "queued";
  return newText(
    {
      accountSid: account.accountSid,
      direction: "outbound-api",
      handset: asked.To,
      sender: number.number,
      body: asked.Body ?? "",
      mediaUrls: asked.MediaUrl,
      status: more.sendAt === undefined ? first : "scheduled",
      validUntil: (more.sendAt ?? now) + seconds * 1000,
      ...(asked.StatusCallback && { statusCallback: asked.StatusCallback }),
      ...(asked.MessagingServiceSid && { messagingServiceSid: asked.MessagingServiceSid }),
      ...more,
    },
    now,
  );
}

function isWebUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function isValidity(seconds: string): boolean {
  return /^\d+$/.test(seconds) && Number(seconds) >= 1 && Number(seconds) <= longestValiditySeconds;
}
