import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupOf } from "../../functions/senders/lanes.ts";
import { batchSizeOf, capToday, isPooled, lanesOf, runOf } from "../../functions/senders/rate.ts";
import {
  type Ask,
  newClock,
  type SlotClock,
  type Taken,
  type Track,
} from "../../functions/senders/slot-clock.ts";
import { clockIn, type ClockItem, itemOf } from "../../functions/senders/slot-clock.text.ts";
import { takeSlots } from "../../functions/senders/slots.ts";
import { workerOf } from "../../functions/senders/turn.ts";
import { horizonOf, shapeOf, spacingOf, windowOf } from "../../functions/senders/window.ts";
import { noon } from "../make.ts";

const anAsk = (more: Partial<Ask> = {}): Ask => ({
  by: "deska",
  now: noon,
  seenAt: more.now ?? noon,
  since: more.now ?? noon,
  segments: [1],
  toCome: 0,
  isUrgent: false,
  mps: 10,
  lead: 0,
  slack: 0,
  startOf: () => undefined,
  ...more,
});

const slots = (taken: Taken | undefined) => {
  if (taken?.is !== "slots") throw new Error(`no slots: ${JSON.stringify(taken)}`);
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
  taken.flatMap((one) => (one.is === "slots" ? one.slots.map(({ at }) => at - noon) : []));
const isOf = ({ by }: { by: string }, desk: string) => workerOf(by) === workerOf(desk);
const ones = (count: number) => Array.from({ length: count }, () => 1);
/** A clock of ten a second whose tracks were used evenly during the second before noon, all by one desk. */
const usedBy = (by: string, more: Partial<Track> = {}): SlotClock => ({
  madeFor: 10,
  tracks: Array.from({ length: 10 }, (_, index) => ({
    at: noon - 1000 + index * 100,
    segments: 1,
    by,
    isLent: false,
    isHeld: true,
    slack: 0,
    ...more,
  })),
});

describe("the slot clock", () => {
  it("starts at once when nobody has sent lately, and spaces what follows evenly", () => {
    const next = anAsk({ by: "deskb", now: noon + 190, segments: ones(2) });
    const all = takeAll([anAsk({ segments: ones(4) }), next]);
    expect(startsOf(all)).toEqual([0, 100, 200, 300]);
  });

  it("takes two slots at once while nothing is urgent, and one when something urgent came not long ago", () => {
    expect(startsOf(takeAll([anAsk({ segments: ones(4) })]))).toHaveLength(2);
    const alert = { ...newClock, urgentAt: noon - 60_000 };
    expect(startsOf(takeAll([anAsk({ segments: ones(4) })], alert))).toHaveLength(1);
  });

  it("gives a desk its own tracks again, exactly a window after its calls began", () => {
    const startOf = ({ at }: Track) => at + 3.5;
    const again = anAsk({ now: noon - 5, segments: ones(2), startOf });
    expect(startsOf(takeAll([again], usedBy("deska", { slack: 20 })))).toEqual([3.5, 103.5]);
  });

  it("expects of another worker's calls that they were as late as they may be, by a clock that differs", () => {
    const urgent = anAsk({ by: "other", isUrgent: true });
    expect(startsOf(takeAll([urgent], usedBy("deska", { slack: 20 })))).toEqual([21]);
  });

  it("leaves a track to its desk until that should have asked, then to the desk before it", () => {
    const tracks = usedBy("deska").tracks.map((track, index) =>
      track && index > 0 ? { ...track, by: "deskb" } : track,
    );
    const clock = { ...usedBy("deska"), tracks: tracks.with(0, { ...tracks[1], at: noon - 90 } as Track) };
    const other = anAsk({ by: "deskc", now: noon + 60, segments: [1] });
    expect(takeSlots(clock, other).is).toBe("not-yet");
    const mine = {
      ...clock,
      tracks: clock.tracks.with(0, { ...tracks[0], at: noon - 1050, by: "deskc" } as Track),
    };
    const over = slots(takeSlots({ ...mine }, anAsk({ by: "deskc", now: noon - 1, segments: [1, 1, 1] })));
    expect(over.slots[0]?.at).toBe(noon - 1);
  });

  it("does not take from others what it has not looked at lately", () => {
    const stale = anAsk({ by: "other", isUrgent: true, seenAt: noon - 200 });
    expect(takeSlots(usedBy("deska"), stale)).toEqual({ is: "look" });
    expect(takeSlots({ ...newClock, paused: { reason: "x", since: 0 } }, stale)).toEqual({ is: "look" });
  });

  it("sends those who met at one track to different ones, evenly spaced, and never lets an urgent one wait for that", () => {
    const desks = Array.from({ length: 30 }, (_, index) => `dk${index}`);
    const at = (more: Partial<Ask>) =>
      desks.map((by) => startsOf([takeSlots(newClock, anAsk({ by, ...more }))])[0] ?? -1);
    expect(new Set(at({})), "nobody knows of the others").toEqual(new Set([0]));
    expect(new Set(at({ met: 1 }))).toEqual(new Set([0, 100]));
    expect(new Set(at({ met: 3 }))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7].map((place) => place * 100)));
    expect(new Set(at({ met: 3, isUrgent: true }))).toEqual(new Set([0]));
  });

  it("gives an urgent message the next track, and its desk the same track a window later", () => {
    const [urgent, next] = takeAll(
      [
        anAsk({ by: "other", isUrgent: true, now: noon - 80 }),
        anAsk({ now: noon + 990, seenAt: noon + 990, segments: [1] }),
      ],
      usedBy("deska"),
    );
    expect(startsOf([slots(urgent)])).toEqual([1]);
    expect(slots(urgent).clock.tracks[0]).toMatchObject({ by: "deska", isLent: true });
    expect(startsOf([slots(next)])[0]).toBeLessThan(1003);
  });

  it("plans nothing before the worker can use it, and lets what is there at once be a little late", () => {
    const [first] = slots(takeSlots(newClock, anAsk({ lead: 15 }))).slots;
    expect(first).toEqual({ index: 0, at: noon + 15, slack: 15, tracks: [0] });
  });

  it("gives a slot that nobody used to the next one", () => {
    const next = (startOf: Ask["startOf"]) =>
      startsOf(takeAll([anAsk({ mps: 1, slack: 2 }), anAsk({ mps: 1, now: noon + 995, startOf })])).at(-1);
    expect(next(() => undefined)).toBe(1002);
    expect(next(() => "never")).toBe(995);
  });

  it("looks before an urgent message waits for a slot of its own while others may have an earlier one", () => {
    const [, ...others] = usedBy("other").tracks;
    const [own] = usedBy("deska", { at: noon - 50 }).tracks;
    const clock = { ...usedBy("other"), tracks: [...others, own] };
    const urgent = anAsk({ isUrgent: true, now: noon + 10, seenAt: noon - 200 });
    expect(takeSlots(clock, urgent)).toEqual({ is: "look" });
    expect(startsOf([takeSlots(clock, { ...urgent, seenAt: noon + 10 })])).toEqual([101]);
  });

  it("starts a missed slot later with all its seats, as long as nobody has taken its track since", () => {
    const taken = slots(takeSlots(newClock, anAsk({ mps: 100, segments: ones(5), slack: 2 })));
    const missed = taken.slots[0]?.at ?? 0;
    const late = { mps: 100, now: missed + 7, late: { at: missed, tracks: [0] }, slack: 2 };
    const again = slots(takeSlots(taken.clock, anAsk(late)));
    expect(again.slots).toEqual([{ index: 0, at: missed + 7, slack: 2, tracks: [0] }]);
    expect(again.clock.tracks[0]).toMatchObject({ at: missed + 7, segments: 5, by: "deska" });
    expect(again.clock.tracks.slice(1)).toEqual(taken.clock.tracks.slice(1));
    expect(takeSlots(again.clock, anAsk(late))).toEqual({ is: "gone" });
    expect(takeSlots(taken.clock, anAsk({ ...late, by: "other" }))).toEqual({ is: "gone" });
  });

  it("starts a long text later only if all its tracks are still its own", () => {
    const taken = slots(takeSlots(newClock, anAsk({ segments: [3] })));
    const [slot] = taken.slots;
    if (!slot) throw new Error("no slot");
    const late = anAsk({ now: noon + 20, late: slot });
    expect(slots(takeSlots(taken.clock, late)).slots).toMatchObject([{ at: noon + 20, tracks: slot.tracks }]);
    const startOf = () => "never" as const;
    const meanwhile = slots(takeSlots(taken.clock, anAsk({ now: noon + 10, startOf, segments: [1] })));
    expect(meanwhile.clock.tracks[0]?.at).toBe(noon + 10);
    expect(takeSlots(meanwhile.clock, late)).toEqual({ is: "gone" });
  });

  it("lets others fill the seats beside an urgent message that took a whole track", () => {
    const urgent = slots(takeSlots(newClock, anAsk({ mps: 100, isUrgent: true, lead: 5 })));
    const at = urgent.slots[0]?.at ?? 0;
    const ask = { by: "other", mps: 100, segments: ones(6), slack: 2, lead: 5 };
    const beside = slots(takeSlots(urgent.clock, anAsk({ ...ask, now: noon - 1 })));
    expect(beside.slots.map((slot) => slot.at - at)).toEqual([0, 0, 0, 0]);
    expect(beside.clock.tracks[0]).toMatchObject({ at, segments: 5, by: "deska", isLent: true, slack: 7 });
    const tooLate = takeSlots(urgent.clock, anAsk({ ...ask, now: noon + 1, isUrgent: true }));
    expect(startsOf([tooLate]).every((start) => start > at - noon)).toBe(true);
  });

  it("lets the last few of a batch take the next track so early that its desk can fill it", () => {
    const shape = shapeOf(100);
    // All twenty tracks were taken a moment ago, the eighth by us, but for the ninth: that is due next, and another desk's.
    const clock: SlotClock = {
      madeFor: 100,
      tracks: shape.seats.map((segments, index) => ({
        at: noon + index * shape.gap + (index === 8 ? 0 : shape.milliseconds),
        segments,
        by: index === 7 ? "deska" : "other",
        isLent: false,
        isHeld: true,
        slack: 0,
      })),
    };
    const due = noon + shape.milliseconds + 8 * shape.gap + 1;
    const ask = { mps: 100, lead: 10 };
    const now = due - 100;
    expect(takeSlots(clock, anAsk({ ...ask, now, segments: ones(2), toCome: 3 })).is).toBe("not-yet");
    const few = slots(takeSlots(clock, anAsk({ ...ask, now, segments: ones(2) })));
    expect(few.slots.map(({ at }) => at)).toEqual([due, due]);
    const desk = slots(
      takeSlots(few.clock, anAsk({ ...ask, by: "other", now: now + 50, segments: ones(10) })),
    );
    expect(desk.slots.map(({ at }) => at)).toEqual([due, due, due]);
    expect(desk.clock.tracks[8]).toMatchObject({ at: due, segments: 5 });
  });

  it("takes whole tracks, however much may be taken at once", () => {
    for (const mps of [45, 60, 75, 100, 225, 400]) {
      const alert = { ...newClock, urgentAt: noon - 60_000 };
      const taken = slots(takeSlots(alert, anAsk({ mps, segments: ones(40) })));
      const [each = 1] = shapeOf(mps).seats;
      expect(taken.slots.length % each, `${mps} a second`).toBe(0);
    }
  });

  it("gives a batch without a track one of a desk that has several, after a while", () => {
    const waiting = (since: number) =>
      takeSlots(usedBy("deska"), anAsk({ by: "other", now: noon - 20, since, segments: [1] })).is;
    expect(waiting(noon - 100)).toBe("not-yet");
    expect(waiting(noon - 1300)).toBe("slots");
  });

  it("makes tracks with room for the longest text, as soon as so many seats are free", () => {
    expect([2, 3, 5, 7].map((longest) => shapeOf(10, longest).seats)).toEqual([
      [2, 2, 2, 2, 2],
      [3, 3, 3, 1],
      [5, 5],
      [10],
    ]);
    // The first five of ten tracks were used until 600 ms ago, by another clock than that of whoever has them next.
    const long = (after: number) => anAsk({ now: noon + after, segments: [5] });
    expect(takeSlots(usedBy("deska"), long(380)).is).toBe("not-yet");
    expect(startsOf(takeAll([long(401)], usedBy("deska")))).toEqual([401]);
    expect(startsOf(takeAll([anAsk({ segments: [3] })]))).toEqual([0]);
    expect(slots(takeSlots(newClock, anAsk({ segments: [1, 5, 1] }))).slots).toMatchObject([{ index: 1 }]);
  });

  it("counts what was to start on a track until a window after what joins it there later", () => {
    const used = (after: number, segments: number): Track => {
      return { at: noon + after, segments, by: "deska", isLent: false, isHeld: true, slack: 0 };
    };
    const clock = { madeFor: 10, longest: 5, longAt: noon, tracks: [used(50, 3), used(60, 3)] };
    const taken = slots(takeSlots(clock, anAsk({ now: noon + 20, lead: 10, segments: [4] })));
    expect(taken.slots).toMatchObject([{ at: noon + 60, tracks: [0, 1] }]);
    expect(taken.clock.tracks.map((track) => track && [track.at - noon, track.segments])).toEqual([
      [60, 5],
      [60, 5],
    ]);
  });

  it("keeps the room for long texts for ten minutes after the last one", () => {
    const { clock } = slots(takeSlots(newClock, anAsk({ segments: [5] })));
    const tracksAfter = (minutes: number) => {
      const now = noon + minutes * 60_000;
      return slots(takeSlots(clock, anAsk({ now }))).clock.tracks.length;
    };
    expect([1, 9.9, 10].map(tracksAfter)).toEqual([2, 2, 10]);
  });

  it("gives nothing while the sender is paused", () => {
    const paused = { ...newClock, paused: { reason: "carrier asks", since: noon } };
    expect(takeSlots(paused, anAsk())).toEqual({ is: "closed", reason: "paused" });
  });

  it("keeps to a lower rate from the next slot on, and to the higher one again", () => {
    const slowed = slots(takeSlots({ ...usedBy("deska"), mps: 2 }, anAsk()));
    expect(slowed.clock).toMatchObject({ madeFor: 2 });
    expect(shapeOf(2).seats).toHaveLength(2);
    const { mps: _mps, ...back } = slowed.clock;
    expect(slots(takeSlots(back, anAsk({ now: noon + 5000 }))).clock.tracks).toHaveLength(10);
  });

  it("does not let a function wait for a slot that is minutes away", () => {
    const long = anAsk({ mps: 0.1, segments: [10] });
    const [, later] = takeAll([long, anAsk({ by: "other", mps: 0.1, isUrgent: true })]);
    expect(later).toEqual({ is: "later", until: noon + 100_001 - horizonOf(0.1) / 2 });
  });

  it("holds the rate in every window, whoever asks, however late, in whatever order", () => {
    const asks = fc.array(
      fc.record({
        by: fc.constantFrom("work10", "work11", "work20", "work30"),
        wait: fc.oneof(
          { weight: 20, arbitrary: fc.nat({ max: 800 }) },
          { weight: 20, arbitrary: fc.nat({ max: 5 }) },
          { weight: 1, arbitrary: fc.constant(11 * 60_000) },
        ),
        segments: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 6 }),
        isUrgent: fc.boolean(),
        late: fc.nat({ max: 20 }),
        isMissed: fc.boolean(),
        lead: fc.nat({ max: 30 }),
        isUsed: fc.boolean(),
      }),
      { minLength: 1, maxLength: 60 },
    );
    const rates = fc.constantFrom(0.1, 0.5, 1, 3, 3.75, 10, 40, 100, 300);
    fc.assert(
      fc.property(rates, asks, (mps, list) => {
        const { milliseconds, segments: most } = windowOf(mps);
        let [clock, now] = [newClock, noon];
        const made: { planned: number; at: number; segments: number; by: string; isUsed: boolean }[] = [];
        const ask = (more: Partial<Ask>) => {
          // A worker knows of its calls that have started by now.
          const startOf = (track: Track) => {
            const calls = made.filter((one) => isOf(one, track.by) && one.planned === track.at);
            if (calls.length === 0 || calls.some(({ at }) => at > now)) return undefined;
            const starts = calls.filter((one) => one.isUsed).map(({ at }) => at);
            return starts.length === 0 ? ("never" as const) : Math.max(...starts);
          };
          const taken = takeSlots(clock, anAsk({ ...more, mps, now, slack: 20, startOf }));
          if (taken.is === "slots") clock = taken.clock;
          return taken;
        };
        /** What missed its slot, and asks again once somebody else has asked. */
        let missed: (() => void) | undefined;
        for (const { wait, late, by, isUsed, isMissed, ...rest } of list) {
          now += wait;
          const taken = ask({ ...rest, by });
          missed?.();
          missed = undefined;
          if (taken.is !== "slots") continue;
          for (const { index, at } of taken.slots) {
            const segments = Math.min(most, rest.segments[index] ?? 1);
            const call = { planned: at, at: at + late, segments, by, isUsed };
            const isHeldUp = isUsed && isMissed && index === taken.slots.at(-1)?.index;
            made.push({ ...call, isUsed: isUsed && !isHeldUp });
            if (!isHeldUp) continue;
            missed = () => {
              now = Math.max(now, at + 21);
              const all = taken.slots.filter((slot) => slot.at === at).flatMap((slot) => slot.tracks);
              const again = ask({ by, lead: rest.lead, late: { at, tracks: [...new Set(all)] } });
              if (again.is !== "slots") return;
              const planned = again.slots[0]?.at ?? 0;
              for (const one of made) if (isOf(one, by) && one.planned === at) one.planned = planned;
              made.push({ ...call, planned, at: planned + late });
            };
          }
        }
        missed?.();
        const used = made.filter((one) => one.isUsed);
        for (const { at } of used) {
          const inWindow = used.filter((one) => one.at >= at && one.at < at + milliseconds);
          expect(inWindow.reduce((sum, { segments }) => sum + segments, 0)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 1_000 },
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

  it("is divided into tracks that together are the whole of it, and few enough for a kilobyte", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), (tenths) => {
        const { seats, segments } = shapeOf(tenths / 10);
        expect(seats.reduce((sum, one) => sum + one, 0)).toBe(segments);
        expect(seats.length).toBeLessThanOrEqual(40);
      }),
    );
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
    const next = takeSlots(slots(first).clock, ask(Date.UTC(2026, 10, 2, 8), [3]));
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
        expect(runOf({ mps })).toBeLessThanOrEqual(Math.max(1, mps * 0.2));
        expect(runOf({ mps }, true)).toBeLessThanOrEqual(Math.max(1, mps * 0.05));
        expect(lanesOf({ mps }).bulk).toBeGreaterThan(mps * 0.06);
      }),
    );
  });

  it("are shared by senders too slow for queues of their own", () => {
    expect([0.1, 3, 3.1, 100].map((mps) => isPooled({ mps }))).toEqual([true, true, false, false]);
  });
});

describe("the item of a clock", () => {
  const track = fc.record({
    at: fc.integer({ min: 0, max: 60_000 * 64 }).map((steps) => noon + steps / 64),
    segments: fc.integer({ min: 1, max: 10 }),
    by: fc.constantFrom("abcde0", "abcde1", "x_-Z90"),
    isLent: fc.boolean(),
    isHeld: fc.boolean(),
    slack: fc.constantFrom(0, 2, 17.5),
  });
  const clocks = fc.record({
    tracks: fc.array(track, { maxLength: 40 }),
    madeFor: fc.constantFrom(3.75, 10),
    longest: fc.integer({ min: 2, max: 10 }),
    longAt: fc.nat({ max: 1000 }).map((seconds) => noon + seconds * 1000),
    urgentAt: fc.integer({ min: noon, max: noon + 1e6 }),
    day: fc.record({ name: fc.constant("2026-11-23"), used: fc.nat() }),
    paused: fc.record({ reason: fc.string(), since: fc.nat() }),
    mps: fc.constantFrom(1, 2.5),
  });

  it("says exactly what the clock says", () => {
    fc.assert(
      fc.property(clocks, (clock) => {
        expect(clockIn(itemOf(clock))).toEqual(clock);
      }),
    );
    expect(clockIn(itemOf(newClock))).toEqual(newClock);
  });

  // DynamoDB bills each kilobyte of a write: https://aws.amazon.com/dynamodb/pricing/on-demand/
  it("fits into a kilobyte at any rate up to 400 segments a second", () => {
    const bytesOf = (mps: number) => {
      const tracks = shapeOf(mps).seats.map((segments, index) => ({
        at: noon + 365 * 86_400_000 + index * 25 + 1 / 64,
        segments,
        by: "abcde0",
        isLent: true,
        isHeld: true,
        slack: 17.5,
      }));
      const item: ClockItem = {
        pk: `sender#${"a".repeat(40)}`,
        sk: "slots",
        ...itemOf({ tracks, madeFor: mps, longest: 2, longAt: noon, urgentAt: noon }),
      };
      return Object.entries(item).reduce(
        (sum, [name, value]) => sum + name.length + value.toString().length,
        0,
      );
    };
    for (let mps = 1; mps <= 400; mps += 1) expect(bytesOf(mps)).toBeLessThan(1024);
  });
});
