import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/max";

/** What the numbering plan says about a number. */
export interface PlannedNumber {
  readonly possible: boolean;
  /** ISO 3166-1 alpha-2, when the plan tells. */
  readonly country: string | undefined;
  readonly callingCode: string;
  /** North American numbers do not tell mobile from landline. */
  readonly line: "mobile" | "landline" | "voip" | "unknown";
  /** As people in its country write it, and as foreigners do. */
  readonly national: string;
  readonly international: string;
}

/** Reads a number in E.164; undefined when it is none. */
export function plannedNumber(number: string): PlannedNumber | undefined {
  if (!/^\+[1-9]\d{4,14}$/.test(number)) return undefined;
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed) return undefined;
  return {
    possible: parsed.isPossible(),
    country: parsed.country ?? parsed.getPossibleCountries()[0],
    callingCode: parsed.countryCallingCode,
    line: lines[parsed.getType() ?? ""] ?? "unknown",
    national: parsed.formatNational(),
    international: parsed.formatInternational(),
  };
}

/** Reads a number as somebody in a country writes it. */
export function numberIn(written: string, country: string | undefined): string | undefined {
  return parsePhoneNumberFromString(written, country as CountryCode | undefined)?.number;
}

/** The time zone of a number, where its country has one or its area code is well known. */
export function zoneOf(number: string, country: string | undefined): string | undefined {
  const area = /^\+1(\d{3})/.exec(number)?.[1];
  return (area && areaZones[area]) ?? (country && countryZones[country]);
}

const lines: Readonly<Record<string, PlannedNumber["line"]>> = {
  MOBILE: "mobile",
  FIXED_LINE: "landline",
  VOIP: "voip",
};

// Zone names of the IANA time zone database: countries that keep one time, and a few area codes for each US zone.
const countryZones: Readonly<Record<string, string>> = {
  AT: "Europe/Vienna",
  BE: "Europe/Brussels",
  CH: "Europe/Zurich",
  DE: "Europe/Berlin",
  FR: "Europe/Paris",
  GB: "Europe/London",
  GG: "Europe/London",
  IE: "Europe/Dublin",
  IN: "Asia/Kolkata",
  IT: "Europe/Rome",
  JP: "Asia/Tokyo",
  NL: "Europe/Amsterdam",
  PL: "Europe/Warsaw",
  SE: "Europe/Stockholm",
  SG: "Asia/Singapore",
};
const areaZones: Readonly<Record<string, string>> = {
  "202": "America/New_York",
  "206": "America/Los_Angeles",
  "212": "America/New_York",
  "213": "America/Los_Angeles",
  "303": "America/Denver",
  "305": "America/New_York",
  "312": "America/Chicago",
  "415": "America/Los_Angeles",
  "512": "America/Chicago",
  "602": "America/Phoenix",
  "617": "America/New_York",
  "713": "America/Chicago",
  "808": "Pacific/Honolulu",
  "907": "America/Anchorage",
};
