import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Clock } from "../../functions/platform/clock.ts";
import { paceOf, untriedTiming } from "../../functions/senders/pace.ts";
import { Sender } from "../../functions/senders/sender.ts";
import { type Ask, newClock } from "../../functions/senders/slot-clock.ts";
import { takeSlots } from "../../functions/senders/slots.ts";
import type { SlotStore } from "../../functions/senders/slots.store.ts";

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

  it("does not go on asking for what it does not wait for any more", async () => {
    const asked: number[] = [];
    const { pace } = batch(async (_sender, ask) => {
      await clock.sleepUntil(Date.now() + 100);
      // The first answer comes late: this try is the one after it was given up.
      if (!ask()) asked.push(Date.now());
      return { is: "contended" };
    });
    void pace.take([1]);
    await vi.advanceTimersByTimeAsync(150);
    expect(asked).toEqual([noon + 100]);
  });

  it("tells with its next ask what became known while an answer was on its way", async () => {
    const asks: Ask[] = [];
    const table = slowTable(20);
    const { pace } = batch((senderId, ask) =>
      table(senderId, () => {
        const asked = ask();
        if (asked) asks.push(asked);
        return asked;
      }),
    );
    const first = pace.take([1], 2);
    await vi.advanceTimersByTimeAsync(30);
    const given = await first;
    const slot = given.is === "slots" ? (given.starts[0] ?? 0) : 0;
    const second = pace.take([1], 1);
    const called = pace.untilSlot(slot);
    await vi.advanceTimersByTimeAsync(30);
    await Promise.all([second, called]);
    const third = pace.take([1], 0);
    await vi.advanceTimersByTimeAsync(500);
    await third;
    expect(asks.at(-1)?.corrections.map(({ planned }) => planned)).toContain(slot);
  });

  it("counts a call from the end of the millisecond in which it started", async () => {
    const asks: Ask[] = [];
    const table = slowTable(0);
    const { pace } = batch((senderId, ask) =>
      table(senderId, () => {
        const asked = ask();
        if (asked) asks.push(asked);
        return asked;
      }),
    );
    const given = await run(pace.take([1], 1), 1);
    const slot = given.is === "slots" ? (given.starts[0] ?? 0) : 0;
    expect(await run(pace.untilSlot(slot), 50)).toBe(true);
    await run(pace.take([1], 0), 500);
    const [told] = asks.at(-1)?.corrections ?? [];
    expect(told?.actual).toBe(Math.floor(slot) + 1);
  });
});

async function run<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  return work;
}

function batch(take: SlotStore["take"]) {
  return { pace: paceOf(sender, "batch/1", false, { slots: { take }, timing: { ...untriedTiming }, clock }) };
}

/** The slot clock behind a table whose every answer takes so many milliseconds. */
function slowTable(milliseconds: number): SlotStore["take"] {
  let slots = newClock;
  return async (_sender, ask) => {
    const asked = ask();
    if (!asked) return { is: "contended" };
    const taken = takeSlots(slots, asked);
    if ("clock" in taken && taken.clock) slots = taken.clock;
    await clock.sleepUntil(Date.now() + milliseconds);
    return taken;
  };
}
