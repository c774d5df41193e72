import * as fc from "fast-check";
import metadata from "libphonenumber-js/metadata.max.json" with { type: "json" };
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { areaCodeOf, countryOfNumber, isLocalNumber } from "../../functions/contacts/calling-codes.ts";
import { phoneOf } from "../../functions/contacts/phone.ts";

/** The patterns of one type of number; some plans have none. */
const Patterns = z.array(z.union([z.tuple([z.string()], z.unknown()), z.literal(0)]));

/** The numbering plans as the library keeps them: the calling code first, the patterns of each type of number at the twelfth place. */
const Plan = z.pipe(
  z.array(z.unknown()),
  z.transform((plan) => ({
    code: z.string().parse(plan[0]),
    patterns: Patterns.safeParse(plan[11]).data ?? [],
  })),
);
const plans = Object.values(z.record(z.string(), Plan).parse(metadata.countries)).flatMap(
  ({ code, patterns }) =>
    patterns.flatMap((row) => (row === 0 || row[0] === "" ? [] : [{ code, pattern: row[0] }])),
);

describe("a phone number", () => {
  it.each([
    ["(212) 555-0123", "US", "+12125550123", "US", "unknown"],
    ["+1 416 555 0123", "US", "+14165550123", "CA", "unknown"],
    ["07400 123456", "GB", "+447400123456", "GB", "mobile"],
    ["+44 20 7946 0958", "US", "+442079460958", "GB", "landline"],
    ["0151 23456789", "DE", "+4915123456789", "DE", "mobile"],
    ["+91 98765 43210", "US", "+919876543210", "IN", "mobile"],
    ["+1 787 555 0123", "US", "+17875550123", "PR", "unknown"],
  ])("%s written in %s is %s", (written, home, number, country, lineType) => {
    expect(phoneOf(written, home)).toEqual({ number, country, lineType });
  });

  it.each(["", "STOP", "72345", "+1 212 555", "+999123456789", "call +1 212 555 0123 now"])(
    "%s is none",
    (written) => {
      expect(phoneOf(written, "US")).toBeUndefined();
    },
  );

  it("has an area code only in North America", () => {
    expect(areaCodeOf("+12125550123")).toBe("212");
    expect(areaCodeOf("+442079460958")).toBeUndefined();
  });

  it("is local where its calling code or a short code says so", () => {
    expect(isLocalNumber("+18885550100", "CA")).toBe(true);
    expect(isLocalNumber("72345", "US")).toBe(true);
    expect(isLocalNumber("+15005550006", "GB")).toBe(false);
  });

  it("belongs to the country that the numbering plans give it, wherever it is valid", () => {
    expect(plans.length).toBeGreaterThan(800);
    const elsewhere = plans.flatMap(({ code, pattern }) =>
      fc
        .sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), { numRuns: 20, seed: 20_261_123 })
        // Seven digits behind +1 can be dialled within Canada only.
        .filter((national) => code !== "1" || national.length === 10)
        .map((national) => `+${code}${national}`)
        .filter((number) => {
          const phone = phoneOf(number, "US");
          return (
            phone?.country !== undefined &&
            phone.number === number &&
            countryOfNumber(number) !== phone.country
          );
        }),
    );
    expect(elsewhere).toEqual([]);
  });

  it.each(["+881612345678", "+80012345678", "+999123456789"])("%s belongs to no country", (number) => {
    expect(countryOfNumber(number)).toBeUndefined();
  });
});
