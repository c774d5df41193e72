import * as z from "zod/mini";
import type { Carrier } from "../carrier.ts";
import { numberIn, plannedNumber, zoneOf } from "../phone-number.ts";
import { BadRequest } from "./bad-request.ts";

const Asked = z.looseObject({
  PhoneNumber: z.string().check(z.minLength(1)),
  IsoCountryCode: z.nullish(z.string().check(z.length(2))),
});

const typeCodes = { MOBILE: 0, LANDLINE: 1, VOIP: 2, INVALID: 3 } as const;

/** PhoneNumberValidate: what the handset is where there is one, else what the numbering plan says. */
export function validateNumber({ records }: Carrier, body: unknown) {
  const { success, data: asked } = Asked.safeParse(body);
  if (!success) throw new BadRequest("PhoneNumber is missing.");
  const number = numberIn(asked.PhoneNumber, asked.IsoCountryCode ?? undefined);
  const planned = number ? plannedNumber(number) : undefined;
  const given = {
    OriginalPhoneNumber: asked.PhoneNumber,
    ...(asked.IsoCountryCode && { OriginalCountryCodeIso2: asked.IsoCountryCode }),
  };
  if (!number || !planned?.possible)
    return { ...given, PhoneType: "INVALID", PhoneTypeCode: typeCodes.INVALID };
  const type = typeOf(records.handsets.get(number)?.switches, planned.line);
  const zone = zoneOf(number, planned.country);
  return {
    ...given,
    Carrier: "Simulated Carrier",
    CleansedPhoneNumberE164: number,
    CleansedPhoneNumberNational: planned.national.replace(/\D/g, ""),
    CountryCodeNumeric: planned.callingCode,
    PhoneType: type,
    PhoneTypeCode: typeCodes[type],
    ...(planned.country && { CountryCodeIso2: planned.country, Country: countryName(planned.country) }),
    ...(zone && { Timezone: zone }),
  };
}

type Kind = { readonly landline: boolean; readonly voip: boolean };

function typeOf(switches: Kind | undefined, line: string): "MOBILE" | "LANDLINE" | "VOIP" {
  if (switches?.landline) return "LANDLINE";
  if (switches?.voip) return "VOIP";
  if (switches || line === "unknown" || line === "mobile") return "MOBILE";
  return line === "voip" ? "VOIP" : "LANDLINE";
}

function countryName(code: string): string {
  return new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code;
}
