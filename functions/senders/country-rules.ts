import support from "./alphanumeric-support.json" with { type: "json" };

/** Whether a country's networks show an alphanumeric sender. */
export type AlphanumericSupport = "yes" | "registration-required" | "no" | "conflict";

const byCountry = new Map<string, AlphanumericSupport>([
  ...support.yes.map((country): [string, AlphanumericSupport] => [country, "yes"]),
  ...support.registrationRequired.map((country): [string, AlphanumericSupport] => [
    country,
    "registration-required",
  ]),
  ...support.no.map((country): [string, AlphanumericSupport] => [country, "no"]),
  ...support.conflict.map((country): [string, AlphanumericSupport] => [country, "conflict"]),
]);

/** What is known of a country; where sources disagree or nothing is known, the provider has to be asked first. */
export function alphanumericSupport(country: string): AlphanumericSupport {
  return byCountry.get(country) ?? "conflict";
}
