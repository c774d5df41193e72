import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/max";

/** What a phone number says about itself. */
export interface Phone {
  /** International form, E.164. */
  readonly number: string;
  /** ISO 3166-1 alpha-2; undefined for numbers of no country, such as satellite ones. */
  readonly country: string | undefined;
  /** By the numbering plan; in North America a number does not tell mobile from landline. */
  readonly lineType: "mobile" | "landline" | "voip" | "unknown";
}

/** Reads a phone number as people write it; undefined when no such number can exist. */
export function phoneOf(written: string, homeCountry: string): Phone | undefined {
  const parsed = parsePhoneNumberFromString(written.trim(), {
    defaultCountry: homeCountry as CountryCode,
    // A number inside other text is not what somebody wrote as their number.
    extract: false,
  });
  if (!parsed?.isValid()) return undefined;
  return {
    number: parsed.number,
    country: parsed.country,
    lineType: lineTypes[parsed.getType() ?? ""] ?? "unknown",
  };
}

const lineTypes: Readonly<Record<string, Phone["lineType"]>> = {
  MOBILE: "mobile",
  FIXED_LINE: "landline",
  VOIP: "voip",
};
