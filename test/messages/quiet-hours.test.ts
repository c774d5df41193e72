import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import type { Whereabouts } from "../../functions/contacts/zones.ts";
import type { Purpose } from "../../functions/messages/category.ts";
import type { Preferences } from "../../functions/preferences/preferences.ts";
import {
  closedBy,
  type Hours,
  hoursFor,
  nextAllowed,
  windowEnd,
} from "../../functions/messages/quiet-hours.ts";

const minute = 60_000;
const nineToNine = { from: "09:00", to: "21:00" };

function hours(
  zones: readonly string[],
  more: Partial<
    Whereabouts & { purpose: Purpose; brand: typeof nineToNine; quietHours: { from: string; to: string } }
  > = {},
): Hours {
  const { purpose = "transactional", brand = nineToNine, quietHours, countries = [], states = [] } = more;
  const preferences: Preferences = { channels: [], ...(quietHours && { quietHours }) };
  return hoursFor(purpose, { zones, countries, states }, brand, preferences);
}

/** A wall-clock time in a zone as an instant. */
function at(time: string, zone: string): number {
  return Temporal.PlainDateTime.from(time).toZonedDateTime(zone).epochMilliseconds;
}

/** The same question asked of another library, one minute at a time. */
function isBrandOpenIn(zone: string, instant: number): boolean {
  const { hour } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  return hour >= 9 && hour < 21;
}

const daysWithSurprises = [
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  ["Europe/London", "2026-03-29"],
  ["Europe/London", "2026-10-25"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["America/St_Johns", "2026-11-01"],
  ["Asia/Kathmandu", "2026-06-01"],
  ["Pacific/Apia", "2026-12-31"],
] as const;

describe("the hours a person may be written to", () => {
  it.each(daysWithSurprises)("agree with the wall clock of %s in every minute of %s", (zone, day) => {
    const start = at(`${day}T00:00`, zone) - 60 * minute;
    const ours = hours([zone]);
    const minutes = Array.from({ length: 27 * 60 }, (_, index) => start + index * minute);
    const differing = minutes.filter(
      (one) => (closedBy(ours, one) === undefined) !== isBrandOpenIn(zone, one),
    );
    expect(differing).toEqual([]);
  });

  it("must be right in all the zones the person may be in", () => {
    const coasts = hours(["America/Los_Angeles", "America/New_York"]);
    expect(closedBy(coasts, at("2026-11-23T09:00", "America/New_York"))).toBe(
      "brand-hours in America/Los_Angeles",
    );
    expect(closedBy(coasts, at("2026-11-23T09:00", "America/Los_Angeles"))).toBeUndefined();
    expect(closedBy(coasts, at("2026-11-23T21:00", "America/New_York"))).toBe(
      "brand-hours in America/New_York",
    );
  });

  it("leave out the contact's own quiet hours, over midnight and over noon", () => {
    const zone = "Europe/Paris";
    const lateRiser = hours([zone], { quietHours: { from: "20:00", to: "11:00" } });
    expect(closedBy(lateRiser, at("2026-11-23T10:59", zone))).toBe("contact-quiet-hours in Europe/Paris");
    expect(closedBy(lateRiser, at("2026-11-23T11:00", zone))).toBeUndefined();
    expect(closedBy(lateRiser, at("2026-11-23T20:00", zone))).toBe("contact-quiet-hours in Europe/Paris");
    const napper = hours([zone], { quietHours: { from: "12:30", to: "14:00" } });
    expect(closedBy(napper, at("2026-11-23T12:29", zone))).toBeUndefined();
    expect(closedBy(napper, at("2026-11-23T13:00", zone))).toBe("contact-quiet-hours in Europe/Paris");
  });

  it("may be those of a brand that works at night", () => {
    const zone = "Europe/Madrid";
    const bar = hours([zone], { brand: { from: "18:00", to: "02:00" } });
    expect(closedBy(bar, at("2026-11-23T01:59", zone))).toBeUndefined();
    expect(closedBy(bar, at("2026-11-23T02:00", zone))).toBe("brand-hours in Europe/Madrid");
  });
});

describe("the law", () => {
  const marketing = (zone: string, countries: string[], states: string[] = []) =>
    hours([zone], { purpose: "marketing", countries, states, brand: { from: "00:00", to: "00:00" } });

  it.each([
    ["US", "FL", "America/New_York", "2026-11-23T20:00", "law-US-FL in America/New_York"],
    ["US", "FL", "America/New_York", "2026-11-23T19:59", undefined],
    ["US", "NY", "America/New_York", "2026-11-23T20:59", undefined],
    ["US", "NY", "America/New_York", "2026-11-23T07:59", "law-US in America/New_York"],
    ["US", "KY", "America/New_York", "2026-11-23T09:30", "law-US-KY in America/New_York"],
    ["CA", "ON", "America/Toronto", "2026-11-28T09:30", "law-CA in America/Toronto"],
    ["FR", undefined, "Europe/Paris", "2026-11-29T12:00", "law-FR in Europe/Paris"],
    ["IN", undefined, "Asia/Kolkata", "2026-11-23T09:30", "law-IN in Asia/Kolkata"],
  ])("of %s %s bears on marketing at %s %s", (country, state, zone, time, closed) => {
    expect(closedBy(marketing(zone, [country], state ? [state] : []), at(time, zone))).toBe(closed);
  });

  it("is the strictest of all states while the state is not known", () => {
    const anywhere = marketing("America/New_York", ["US"]);
    expect(closedBy(anywhere, at("2026-11-23T09:30", "America/New_York"))).toBe(
      "law-US-any-state in America/New_York",
    );
    expect(closedBy(anywhere, at("2026-11-28T12:00", "America/New_York"))).toBe(
      "law-US-any-state in America/New_York",
    );
    expect(closedBy(anywhere, at("2026-11-23T10:00", "America/New_York"))).toBeUndefined();
  });

  it("of several countries must allow it in each", () => {
    const both = marketing("Europe/Paris", ["FR", "IN"]);
    expect(closedBy(both, at("2026-11-23T09:00", "Europe/Paris"))).toBe("law-IN in Europe/Paris");
  });

  it("says nothing about what is no marketing", () => {
    const zone = "Europe/Paris";
    expect(closedBy(hours([zone], { countries: ["FR"] }), at("2026-11-29T12:00", zone))).toBeUndefined();
  });

  it("carries Saturday night's marketing in France to Monday morning", () => {
    const saturday = at("2026-11-28T22:30", "Europe/Paris");
    expect(nextAllowed(hours(["Europe/Paris"], { purpose: "marketing", countries: ["FR"] }), saturday)).toBe(
      at("2026-11-30T09:00", "Europe/Paris"),
    );
  });
});

const zone = fc.constantFrom(
  "America/New_York",
  "America/Los_Angeles",
  "Europe/London",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
);
const time = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const anyHours = fc
  .record({
    zones: fc.uniqueArray(zone, { minLength: 1, maxLength: 3 }),
    from: time,
    to: time,
    country: fc.constantFrom("US", "GB", "BR"),
    purpose: fc.constantFrom("marketing", "service" as const),
  })
  .map(({ zones, from, to, country, purpose }) =>
    hours(zones, {
      purpose,
      countries: [country],
      states: country === "US" ? ["FL"] : [],
      quietHours: { from, to },
    }),
  );
const instant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });

describe("the next allowed moment", () => {
  it("is allowed, and no earlier minute is", () => {
    fc.assert(
      fc.property(anyHours, instant, (ours, now) => {
        const next = nextAllowed(ours, now);
        const last = next ?? now + 14 * 24 * 60 * minute;
        const first = Math.ceil(now / minute) * minute;
        const earlier = Array.from(
          { length: Math.ceil((last - first) / minute) },
          (_, index) => first + index * minute,
        );
        expect(earlier.filter((one) => closedBy(ours, one) === undefined)).toEqual([]);
        expect(next === undefined || closedBy(ours, next) === undefined).toBe(true);
        expect(next === now || closedBy(ours, now) !== undefined).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("is nine o'clock by the wall on the day the clocks change", () => {
    const ny = "America/New_York";
    expect(nextAllowed(hours([ny]), at("2026-03-07T21:00", ny))).toBe(Date.UTC(2026, 2, 8, 13));
    expect(nextAllowed(hours([ny]), at("2026-10-31T21:00", ny))).toBe(Date.UTC(2026, 10, 1, 14));
  });

  it("is never when the zones have no hour in common", () => {
    const brand = { from: "09:00", to: "10:00" };
    const worldwide = hours(["America/New_York", "Asia/Tokyo"], { brand });
    expect(nextAllowed(worldwide, Date.UTC(2026, 10, 23))).toBeUndefined();
  });
});

describe("the end of an open window", () => {
  it("is the first closed minute, or as far as was asked", () => {
    fc.assert(
      fc.property(anyHours, instant, fc.integer({ min: 60, max: 36_000 }), (ours, now, seconds) => {
        fc.pre(closedBy(ours, now) === undefined);
        const end = windowEnd(ours, now, seconds);
        expect(end).toBeGreaterThan(now);
        expect(end).toBeLessThanOrEqual(now + seconds * 1000);
        expect(end === now + seconds * 1000 || closedBy(ours, end) !== undefined).toBe(true);
        for (let inside = now; inside < end; inside += minute) expect(closedBy(ours, inside)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it("keeps a text accepted at 20:50 from lying at the carrier after nine", () => {
    const ny = "America/New_York";
    expect(windowEnd(hours([ny]), at("2026-11-23T20:50", ny), 36_000)).toBe(at("2026-11-23T21:00", ny));
  });
});
