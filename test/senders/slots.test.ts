import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { laneOf } from "../../functions/senders/lanes.ts";
import { isAlphanumericId, lanesOf, Sender } from "../../functions/senders/sender.ts";
import { isOnTime, slotsIn, spacingOf } from "../../functions/senders/slots.ts";

describe("slots", () => {
  it("never start more segments in a second than the sender may send", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 200 }),
        (mps, segments) => {
          const slots = slotsIn({ start: 1_000_000, spacing: spacingOf(mps) }, segments);
          for (const [index, slot] of slots.entries()) {
            // A message that takes more than a second of slots by itself is one message all the same.
            const inSecond = slots.flatMap((other, at) =>
              at < index && other > slot - 1000 + 1e-6 ? [segments[at] ?? 0] : [],
            );
            const used = inSecond.reduce((sum, count) => sum + count, 0);
            expect(used).toBeLessThanOrEqual(Math.max(mps, ...segments));
          }
        },
      ),
    );
  });

  it("that a call could not use in time are not used late", () => {
    expect(isOnTime(1000, 1500)).toBe(true);
    expect(isOnTime(1000, 1501)).toBe(false);
  });
});

describe("lanes", () => {
  it("are the same for a contact every time, and never more than there are", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 9 }), (contactId, lanes) => {
        expect(laneOf(contactId, lanes)).toBe(laneOf(contactId, lanes));
        expect(Number(laneOf(contactId, lanes).slice("lane-".length))).toBeLessThan(lanes);
      }),
    );
  });

  it("grow with the rate and keep one for what is urgent", () => {
    expect(lanesOf({ mps: 1 })).toEqual({ urgent: 1, bulk: 2 });
    expect(lanesOf({ mps: 100 })).toEqual({ urgent: 1, bulk: 7 });
  });
});

describe("an alphanumeric sender", () => {
  it.each(["NORTHWIND", "North 1", "A"])("may be %s", (identity) =>
    expect(isAlphanumericId(identity)).toBe(true),
  );
  it.each(["NORTHWINDCORP", "12345", "North-1", "", "Nörd"])("may not be “%s”", (identity) =>
    expect(isAlphanumericId(identity)).toBe(false),
  );

  it("stops the deployment when it is none", () => {
    const sender = {
      id: "x",
      kind: "alphanumeric",
      identity: "way too long for that",
      channels: ["sms"],
      connection: "c",
      countries: "*",
      mps: 1,
    };
    expect(Sender.safeParse(sender).error?.issues[0]?.path).toEqual(["identity"]);
  });
});
