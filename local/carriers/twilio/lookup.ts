import type { Carrier } from "../carrier.ts";
import { plannedNumber } from "../phone-number.ts";
import { Refusal } from "./refusal.ts";

/** Paths of Lookup v2. */
export const lookupPath = /^\/v2\/PhoneNumbers\/([^/]+)$/;

/** What Lookup says of a number (https://www.twilio.com/docs/lookup/v2-api): what the handset is where there is one, else what the numbering plan says. */
export function lookUp({ records }: Carrier, pathname: string, query: URLSearchParams) {
  const number = decodeURIComponent(lookupPath.exec(pathname)?.[1] ?? "");
  const planned = plannedNumber(number);
  if (!planned) throw new Refusal(20404, pathname);
  const isAsked = (query.get("Fields") ?? "").split(",").includes("line_type_intelligence");
  const type = typeOf(records.handsets.get(number)?.switches, planned.line);
  return {
    calling_country_code: planned.callingCode,
    country_code: planned.country ?? null,
    phone_number: number,
    national_format: planned.national,
    valid: planned.possible,
    validation_errors: planned.possible ? [] : ["INVALID_LENGTH"],
    line_type_intelligence:
      isAsked && planned.possible
        ? {
            type,
            carrier_name: "Simulated Carrier",
            mobile_country_code: null,
            mobile_network_code: null,
            error_code: null,
          }
        : null,
    url: `https://lookups.twilio.com${pathname}`,
  };
}

type Kind = { readonly landline: boolean; readonly voip: boolean };

/** North American numbers do not tell: a handset that nobody made something else of is a mobile phone. */
function typeOf(switches: Kind | undefined, line: string): string {
  if (switches?.landline) return "landline";
  if (switches?.voip) return "nonFixedVoip";
  if (switches || line === "unknown" || line === "mobile") return "mobile";
  return line === "voip" ? "nonFixedVoip" : "landline";
}
