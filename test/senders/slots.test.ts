import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupOf } from "../../functions/senders/lanes.ts";
import { batchSizeOf, capToday, isPooled, lanesOf, runOf } from "../../functions/senders/sender.ts";
import { horizonOf } from "../../functions/senders/line.ts";
import { type Ask, newClock, type SlotClock, type Taken } from "../../functions/senders/slot-clock.ts";
import { clockIn, textOf } from "../../functions/senders/slot-clock.text.ts";
import { takeSlots } from "../../functions/senders/slots.ts";
import { spacingOf, windowOf } from "../../functions/senders/window.ts";
import { noon } from "../make.ts";

const anAsk = (more: Partial<Ask> = {}): Ask => ({
  by: "a",
  now: noon,
  segments: [1],
  toCome: 0,
  isUrgent: false,
  mps: 10,
  lead: 0,
  ahead: 0,
  wasTold: () => true,
  slack: 0,
  corrections: [],
  ...more,
});

const slots = (taken: Taken) => {
  if (taken.is !== "slots") throw new Error(`no slots: ${JSON.stringify(taken)}`);
  return taken;
};

/** Takes one after another, each at its time. */
function takeAll(asks: readonly Ask[], from: SlotClock = newClock): readonly Taken[] {
  let clock = from;
  return asks.map((ask) => {
    const taken = takeSlots(clock, ask);
    if (taken.is === "slots") clock = taken.clock;
    return taken;
  });
}

const startsOf = (taken: readonly Taken[]) =>
  taken.flatMap((one) => (one.is === "slots" ? one.starts.map((at) => at - noon) : []));

describe("the slot clock", () => {
  it("starts at once when nobody has sent lately, and spaces what follows evenly by segments", () => {
    expect(startsOf(takeAll([anAsk({ segments: [1, 3, 1, 2] })]))).toEqual([0, 100, 400, 500]);
  });

  it("lets other batches wait until the one on its way is through", () => {
    const [first, other] = takeAll([anAsk({ segments: [1], toCome: 4 }), anAsk({ by: "b", toCome: 9 })]);
    if (other?.is !== "in-line") throw new Error("not in line");
    // Slots 1 to 4 are the first batch's; those who wait for the same slot come up to ten milliseconds apart.
    expect(other.until - noon).toBeGreaterThan(490);
    expect(other.until - noon).toBeLessThanOrEqual(500);
    expect(slots(first ?? other).clock.line).toEqual([{ of: "a", segments: 4 }]);
    expect(other.clock?.line.map(({ of, segments }) => [of, segments])).toEqual([
      ["a", 4],
      ["b", 10],
    ]);
  });

  it("gives an urgent message the next slot, and the batch on its way the one after", () => {
    const taken = takeAll([
      anAsk({ toCome: 4 }),
      anAsk({ by: "urgent", isUrgent: true, now: noon + 20 }),
      anAsk({ now: noon + 195, toCome: 3 }),
    ]);
    expect(startsOf(taken)).toEqual([0, 100, 200]);
  });

  it("plans nothing before the worker can use it", () => {
    expect(startsOf(takeAll([anAsk({ lead: 15 })]))).toEqual([15]);
  });

  it("does not lose the rate when a worker dies: what was lost is caught up as far as the second allows", () => {
    const ten = Array.from({ length: 10 }, () => 1);
    const [first, second] = takeAll([
      anAsk({ segments: ten }),
      anAsk({ by: "b", now: noon + 1900, segments: ten }),
    ]);
    expect(slots(first ?? ({} as Taken)).starts.at(-1)).toBe(noon + 900);
    // Ten slots from 1000 to 1900 have passed unused; all of them are still allowed by 2000.
    expect(slots(second ?? ({} as Taken)).starts.every((at) => at <= noon + 2000)).toBe(true);
  });

  it("counts a call that was late when it really started", () => {
    const taken = takeAll([
      anAsk({ slack: 50, segments: Array.from({ length: 10 }, () => 1) }),
      anAsk({ now: noon + 1035, corrections: [{ planned: noon, actual: noon + 40 }] }),
    ]);
    expect(startsOf(taken).at(-1)).toBe(1040);
  });

  it("gives a slot that nobody used to the next one", () => {
    const first = anAsk({ mps: 1, slack: 2 });
    const next = (corrections: Ask["corrections"], now: number) =>
      startsOf(takeAll([first, anAsk({ mps: 1, now, corrections })])).at(-1);
    expect(next([], noon + 995)).toBe(1002);
    expect(next([{ planned: noon }], noon + 500)).toBe(500);
  });

  it("holds void what a worker was never told", () => {
    const untold = anAsk({ mps: 1, slack: 2, now: noon + 500, wasTold: () => false });
    expect(startsOf(takeAll([anAsk({ mps: 1, slack: 2 }), untold])).at(-1)).toBe(500);
  });

  it("lets the next batch go when the one before did not come in time", () => {
    const [, , other] = takeAll([
      anAsk({ toCome: 4 }),
      anAsk({ by: "b", toCome: 9 }),
      anAsk({ by: "c", now: noon + 130, toCome: 1 }),
    ]);
    expect(other?.is).toBe("slots");
  });

  it("gives nothing while the sender is paused", () => {
    const paused = { ...newClock, paused: { reason: "carrier asks", since: noon } };
    expect(takeSlots(paused, anAsk())).toEqual({ is: "closed", reason: "paused" });
  });

  it("keeps to a lower rate from the next slot on", () => {
    const first = slots(takeSlots(newClock, anAsk({ segments: [1, 1] })));
    const slowed = { ...first.clock, mps: 2 };
    const starts = slots(takeSlots(slowed, anAsk({ now: noon + 995, segments: [1, 1, 1, 1] }))).starts;
    expect(starts[0]).toBe(noon + 1000);
    expect((starts[2] ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it("does not let a function wait for a slot that is minutes away", () => {
    const long = anAsk({ mps: 0.1, segments: [10] });
    const [, later] = takeAll([long, anAsk({ mps: 0.1, isUrgent: true })]);
    expect(later).toEqual({ is: "later", until: noon + 100_000 - horizonOf(0.1) / 2 });
  });

  it("holds the rate in every window, whoever asks, however late, in whatever order", () => {
    const asks = fc.array(
      fc.record({
        by: fc.constantFrom("a", "b", "c"),
        wait: fc.nat({ max: 800 }),
        segments: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }),
        isUrgent: fc.boolean(),
        late: fc.nat({ max: 20 }),
        lead: fc.nat({ max: 30 }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(fc.constantFrom(0.1, 0.5, 1, 3, 3.75, 10, 40), asks, (mps, list) => {
        const { milliseconds, segments: most } = windowOf(mps);
        let [clock, now] = [newClock, noon];
        const made: { planned: number; at: number; segments: number; by: string }[] = [];
        for (const { wait, late, by, ...rest } of list) {
          now += wait;
          // A worker tells of its calls that have started by now.
          const known = made.filter((one) => one.by === by && one.at <= now);
          const corrections = known.map(({ planned, at }) => ({ planned, actual: at }));
          const taken = takeSlots(clock, anAsk({ ...rest, by, mps, now, slack: 20, corrections }));
          if (taken.is !== "slots") continue;
          clock = taken.clock;
          const segmentsOf = (index: number) => Math.min(most, rest.segments[index] ?? 1);
          made.push(
            ...taken.starts.map((planned, index) => ({
              planned,
              at: planned + late,
              segments: segmentsOf(index),
              by,
            })),
          );
        }
        for (const { at } of made) {
          const inWindow = made.filter((one) => one.at >= at && one.at < at + milliseconds);
          expect(inWindow.reduce((sum, { segments }) => sum + segments, 0)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a window", () => {
  it("is a second, or the seconds in which a fraction becomes a whole number", () => {
    expect([10, 1, 0.5, 0.1, 3.75].map(windowOf)).toEqual([
      { milliseconds: 1000, segments: 10 },
      { milliseconds: 1000, segments: 1 },
      { milliseconds: 2000, segments: 1 },
      { milliseconds: 10_000, segments: 1 },
      { milliseconds: 4000, segments: 15 },
    ]);
    expect(spacingOf(4)).toBe(250);
  });
});

describe("a daily cap", () => {
  const zone = "America/Los_Angeles";
  const cap = { segments: 3, zone };
  const evening = Date.UTC(2026, 10, 1, 7, 30);

  it("counts segments by the calendar of its zone and opens again at its midnight, on the day of 25 hours too", () => {
    const ask = (now: number, segments: number[]) => anAsk({ now, segments, cap });
    const [first, second, third] = takeAll([
      ask(evening - 60_000, [3]),
      ask(evening, [1]),
      ask(Date.UTC(2026, 10, 1, 7, 59, 59), [1]),
    ]);
    // Midnight in Los Angeles is 07:00 UTC in summer time, until 1 November 2026, 08:00 UTC after it.
    expect(first?.is).toBe("slots");
    expect(second).toEqual({ is: "closed", reason: "daily-cap", until: Date.UTC(2026, 10, 2, 8) });
    expect(third?.is).toBe("closed");
    const next = takeSlots(slots(first ?? ({} as Taken)).clock, ask(Date.UTC(2026, 10, 2, 8), [3]));
    expect(next.is).toBe("slots");
  });

  it("of a warm-up grows day by day and ends with its plan; the lower of two caps counts", () => {
    const warmUp = { startsOn: "2026-11-23", zone: "UTC", perDay: [50, 100, 500] };
    const day = 86_400_000;
    const capsOf = (more: object) =>
      [-1, 0, 1, 2, 3].map((days) => capToday({ warmUp, ...more }, noon + days * day)?.segments);
    expect(capsOf({})).toEqual([50, 50, 100, 500, undefined]);
    expect(capsOf({ perDay: { segments: 80, zone } })).toEqual([50, 50, 80, 80, 80]);
  });
});

describe("lanes", () => {
  it("use the same group for a contact every time, and all groups", () => {
    const ids = Array.from({ length: 200 }, (_, index) => `con_${index}`);
    const groups = ids.map((id) => groupOf(id, 8));
    expect(ids.map((id) => groupOf(id, 8))).toEqual(groups);
    expect(new Set(groups).size).toBe(8);
  });

  it("never take more in one batch than a second's worth of slots, nor at once than an urgent message may wait for", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1000, noNaN: true }), (mps) => {
        expect(batchSizeOf({ mps })).toBeLessThanOrEqual(Math.max(1, mps));
        expect(runOf({ mps })).toBeLessThanOrEqual(Math.max(1, mps * 0.05));
        expect(lanesOf({ mps }).bulk).toBeGreaterThan(mps * 0.06);
      }),
    );
  });

  it("are shared by senders too slow for queues of their own", () => {
    expect([0.1, 3, 3.1, 100].map((mps) => isPooled({ mps }))).toEqual([true, true, false, false]);
  });
});

describe("the text of a clock", () => {
  const slot = fc.integer({ min: 0, max: 60_000 * 1024 }).map((steps) => noon + steps / 1024);
  const clocks = fc.record({
    version: fc.nat(),
    even: fc.double({ min: noon - 60_000, max: noon + 60_000, noNaN: true }),
    starts: fc.array(
      fc.record({
        at: slot,
        segments: fc.integer({ min: 1, max: 10 }),
        by: fc.constantFrom("batch-1", "batch-2", "batch-3"),
        slack: fc.constantFrom(0, 2, 17.5),
      }),
    ),
    line: fc.array(fc.record({ of: fc.constantFrom("batch-2", "batch-4"), segments: fc.nat(50) })),
  });

  it("says exactly what the clock says", () => {
    fc.assert(
      fc.property(clocks, (clock) => {
        expect(clockIn(textOf(clock))).toEqual(clock);
      }),
    );
  });

  // DynamoDB bills each kilobyte of a write: https://aws.amazon.com/dynamodb/pricing/on-demand/
  it("of a sender of 30 segments a second fits into a kilobyte", () => {
    const starts = Array.from({ length: 30 }, (_, index) => ({
      at: noon + index * 33 + index / 1024,
      segments: 1,
      by: `0123456-${index % 9}`,
      slack: 2,
    }));
    expect(textOf({ version: 1e6, even: noon + 1e3 / 3, starts, line: [] }).length).toBeLessThan(950);
  });
});
