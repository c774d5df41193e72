import { type Account, type CarrierNumber, kindOf, ownerOf } from "../accounts.ts";
import type { Carrier } from "../carrier.ts";
import { plannedNumber } from "../phone-number.ts";
import type { CreateForm } from "./create.ts";
import { Refusal } from "./refusal.ts";

/** The account's number that may carry this message; refuses as the API would. */
export function senderFor(
  { accounts }: Carrier,
  account: Account,
  {
    To: to,
    From: from,
    MessagingServiceSid: service,
  }: Pick<CreateForm, "To" | "From" | "MessagingServiceSid">,
): CarrierNumber {
  if (/^\d{3,6}$/.test(to)) throw new Refusal(21265);
  if (to === from) throw new Refusal(21266);
  const planned = plannedNumber(to);
  if (!planned?.possible) throw new Refusal(21211, to);
  const isNorthAmerican = planned.callingCode === "1";
  const number = from
    ? account.numbers.find((each) => each.number === from)
    : poolSender(account, service, to);
  if (!number) throw new Refusal(from && ownerOf(accounts, from) ? 21660 : 21659, from);
  const kind = kindOf(number.number);
  if (kind === "alphanumeric" && (isNorthAmerican || withoutNames.has(planned.country ?? "")))
    throw new Refusal(21612, `${to}, ${number.number}`);
  if ((kind === "toll-free" || kind === "short-code") && !isNorthAmerican)
    throw new Refusal(21606, number.number);
  // In North America nobody can tell by the number; there a landline shows only when the carrier is asked.
  if (planned.line === "landline" && !isNorthAmerican) throw new Refusal(21614, to);
  return number;
}

/** A messaging service sends from any number of its account; here from the first that people can answer. */
function poolSender(account: Account, service: string | undefined, to: string): CarrierNumber {
  if (!/^MG[0-9a-f]{32}$/.test(service ?? "")) throw new Refusal(21701, service);
  const country = to.slice(0, 2);
  const answerable = account.numbers.filter(({ number }) => kindOf(number) !== "alphanumeric");
  const number = answerable.find((each) => each.number.startsWith(country)) ?? answerable[0];
  if (!number) throw new Refusal(21703);
  return number;
}

/**
 * Countries outside +1 whose networks show no alphanumeric sender
 * (https://help.twilio.com/articles/223133767); the API answers 21612 there.
 */
const withoutNames: ReadonlySet<string> = new Set(
  "AR BE BR CL CN CO CR FM GT IO KR KY MH MX MY NI NR NZ PE PY SV SY TM UY ZA".split(" "),
);
