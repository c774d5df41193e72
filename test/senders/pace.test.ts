import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Clock } from "../../functions/platform/clock.ts";
import { paceOf } from "../../functions/senders/pace.ts";
import { Sender } from "../../functions/senders/sender.ts";
import { type Missed, newClock } from "../../functions/senders/slot-clock.ts";
import { takeSlots } from "../../functions/senders/slots.ts";
import type { SlotStore } from "../../functions/senders/slots.store.ts";
import {
  newWorker,
  noteCall,
  noteMove,
  noteSlot,
  startOf,
  type Worker,
} from "../../functions/senders/worker.ts";

const noon = Date.UTC(2026, 10, 23, 17);
const sender = Sender.parse({
  id: "us-number",
  kind: "10dlc",
  identity: "+15005550006",
  channels: ["sms"],
  connection: "twilio-main",
  countries: ["US"],
  mps: 10,
});
const clock: Clock = {
  now: () => Date.now(),
  sleepUntil: (at) => new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now()))),
};

beforeEach(() => vi.useFakeTimers({ now: noon }));
afterEach(() => vi.useRealTimers());

describe("a batch at the slot clock", () => {
  it("waits longer and longer for a table that is always slow, until it is heard", async () => {
    const { pace } = batch(slowTable(400));
    const given = pace.take([1]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await given).toMatchObject({ is: "slots" });
  });

  it("asks once more, word for word, when a table does not answer as fast as usual", async () => {
    const asked: number[] = [];
    const { pace } = batch(async (_sender, ask, insist) => {
      const now = ask()?.now ?? 0;
      const at = await insist?.(async () => {
        asked.push(Date.now() - noon);
        // Only the first call is slow.
        await clock.sleepUntil(Date.now() + (asked.length === 1 ? 5000 : 5));
        return now + 100;
      });
      return { is: "slots", clock: newClock, slots: [{ index: 0, at: at ?? 0, slack: 2, tracks: [0] }] };
    });
    const given = await run(pace.take([1]), 100);
    expect(given).toMatchObject({ is: "slots", starts: [noon + 100] });
    expect(asked).toEqual([0, 20]);
  });

  it("remembers when its calls began, and that one was not made", async () => {
    const worker = newWorker("tester");
    const { pace } = batch(slowTable(0), worker);
    const startsOf = async (milliseconds: number) => {
      const given = await run(pace.take([1]), milliseconds);
      return given.is === "slots" ? (given.starts[0] ?? 0) : 0;
    };
    const at = await startsOf(1);
    const track = { at, segments: 1, by: "ester0", isLent: false, isHeld: false, slack: 2 };
    expect(startOf(worker, sender.id, track)).toBeUndefined();
    await run(pace.untilSlot(at), 50);
    // A call counts from the end of the millisecond in which it started.
    expect(startOf(worker, sender.id, track)).toBeGreaterThan(at);
    const next = await startsOf(2000);
    pace.leave(next);
    expect(startOf(worker, sender.id, { ...track, at: next })).toBe("never");
  });

  it("misses a slot when it is later than the clock was told", async () => {
    const { pace } = batch(slowTable(0));
    const given = await run(pace.take([1]), 50);
    const slot = given.is === "slots" ? (given.starts[0] ?? 0) : 0;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await run(pace.untilSlot(slot), 50)).toBe(false);
  });

  it("starts together later what missed one slot together, and does not forget who was in time", async () => {
    const worker = newWorker("tester");
    const asked: (Missed | undefined)[] = [];
    const table = slowTable(3);
    const counting: SlotStore["take"] = (...words) => {
      asked.push(words[1]()?.late);
      return table(...words);
    };
    const fast = { ...sender, mps: 100 };
    const pace = paceOf(fast, false, { slots: { take: counting }, worker, clock });
    const given = await run(pace.take([1, 1, 1]), 50);
    const starts = given.is === "slots" ? given.starts : [];
    const [slot = 0] = starts;
    expect(starts).toEqual([slot, slot, slot]);
    vi.setSystemTime(slot);
    expect(await run(pace.untilSlot(slot), 1)).toBe(true);
    vi.setSystemTime(slot + 30);
    expect(await run(pace.untilSlot(slot), 1)).toBe(false);
    expect(await run(pace.untilSlot(slot), 1)).toBe(false);
    const again = await run(Promise.all([pace.again(slot, 1), pace.again(slot, 1)]), 5);
    const later = again.map((one) => (one.is === "slots" ? one.starts[0] : undefined));
    expect(later[0]).toBeGreaterThan(slot + 30);
    expect(later[1]).toBe(later[0]);
    expect(asked).toEqual([undefined, { at: slot, tracks: [0] }]);
    const track = { at: later[0] ?? 0, segments: 3, by: "ester0", isLent: false, isHeld: false, slack: 2 };
    expect(startOf(worker, sender.id, track), "two are on their way").toBeUndefined();
    for (const at of later) pace.leave(at ?? 0);
    expect(startOf(worker, sender.id, track), "one was in time").toBe(slot + 1);
  });

  it("counts a window from when the call has left, should that have taken its time", async () => {
    const worker = newWorker("tester");
    const { pace } = batch(slowTable(0), worker);
    const given = await run(pace.take([1]), 1);
    const at = given.is === "slots" ? (given.starts[0] ?? 0) : 0;
    await run(pace.untilSlot(at), 50);
    vi.setSystemTime(at + 30);
    pace.began(at);
    const track = { at, segments: 1, by: "ester0", isLent: false, isHeld: false, slack: 2 };
    expect(startOf(worker, sender.id, track)).toBe(at + 31);
  });

  it("counts the calls of two slots together that are moved to the same moment", () => {
    const worker = newWorker("tester");
    const track = (at: number) => ({ at, segments: 1, by: "ester0", isLent: false, isHeld: false, slack: 2 });
    const note = (at: number, more: object = {}) => noteCall(worker, "one", { by: "ester0", at, ...more });
    for (const at of [100, 110, 110]) noteSlot(worker, "one", { by: "ester0", at });
    note(110, { started: 111 });
    for (const at of [100, 110]) {
      note(at);
      noteMove(worker, "one", "ester0", at, 150);
      noteSlot(worker, "one", { by: "ester0", at: 150 });
    }
    note(150);
    expect(startOf(worker, "one", track(150)), "one is on its way").toBeUndefined();
    note(150, { started: 151 });
    for (const at of [100, 110, 150]) expect(startOf(worker, "one", track(at))).toBe(151);
  });

  it("takes a slot of its own when somebody has the track of the one that was missed", async () => {
    const asked: (Missed | undefined)[] = [];
    const { pace } = batch(async (_sender, ask) => {
      const { late, now = 0 } = ask() ?? {};
      asked.push(late);
      if (late !== undefined) return { is: "gone" };
      return { is: "slots", clock: newClock, slots: [{ index: 0, at: now + 100, slack: 2, tracks: [0] }] };
    });
    expect(await run(pace.again(noon - 50, 1), 5)).toEqual({ is: "slots", starts: [noon + 100] });
    expect(asked).toEqual([{ at: noon - 50, tracks: [] }, undefined]);
  });

  it("has a desk of its own while it is on its way", () => {
    const worker = newWorker("tester");
    const [one] = [batch(slowTable(0), worker), batch(slowTable(0), worker)];
    expect([...worker.desks]).toEqual([0, 1]);
    one.pace.end();
    batch(slowTable(0), worker);
    expect(worker.desks).toEqual(new Set([0, 1]));
  });
});

async function run<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  return work;
}

function batch(take: SlotStore["take"], worker: Worker = newWorker("tester")) {
  return { pace: paceOf(sender, false, { slots: { take }, worker, clock }) };
}

/** The slot clock behind a table whose every answer takes so many milliseconds. */
function slowTable(milliseconds: number): SlotStore["take"] {
  let slots = newClock;
  return async (_sender, ask) => {
    const asked = ask();
    if (!asked) return { is: "contended" };
    const taken = takeSlots(slots, { ...asked, seenAt: asked.now });
    if (taken.is === "slots") slots = taken.clock;
    await clock.sleepUntil(Date.now() + milliseconds);
    return taken.is === "look" ? { is: "contended" } : taken;
  };
}
