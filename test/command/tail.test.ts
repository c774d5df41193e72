import { afterEach, describe, expect, it } from "vitest";
import { eventsFromCloudWatch } from "../../bin/command/tail-aws.ts";
import type { Happened } from "../../bin/command/happened.ts";
import { aJournal, type Kept } from "./journal.fixture.ts";

const group = "/heliograph/test/events";
const before = { ...process.env };

function kept(number: number, timestamp = Date.now()): Kept {
  const happened = { time: "2026-11-23T17:00:00Z", "detail-type": "message.status", detail: { number } };
  return { eventId: `event-${number}`, timestamp, message: JSON.stringify(happened) };
}

describe("what happens in AWS", () => {
  afterEach(() => void (process.env = { ...before }));

  it("is read from the journal of the stage, page by page, from as long ago as is asked", async () => {
    const old = kept(0, Date.now() - 7_200_000);
    const journal = await aJournal({ [group]: [old, ...[1, 2, 3, 4, 5].map((number) => kept(number))] });
    Object.assign(process.env, journal.environment);
    const asked = { since: 3_600_000, follows: false, signal: new AbortController().signal };
    const numbers: unknown[] = [];
    for await (const { detail } of eventsFromCloudWatch("test", asked)) numbers.push(detail["number"]);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
    expect(journal.asked).toHaveLength(3);
    await journal.stop();
  });

  it("is told once, though the journal is read again and again", async () => {
    const events = [kept(1), kept(2)];
    const journal = await aJournal({ [group]: events });
    Object.assign(process.env, journal.environment);
    const ending = new AbortController();
    const told: Happened[] = [];
    const asked = { since: 60_000, follows: true, signal: ending.signal };
    for await (const happened of eventsFromCloudWatch("test", asked)) {
      told.push(happened);
      // One that comes late, with a time before those that are there.
      if (told.length === 2) events.push(kept(3, Date.now() - 1_000));
      if (told.length === 3) break;
    }
    expect(told.map(({ detail }) => detail["number"])).toEqual([1, 2, 3]);
    expect(journal.asked.length).toBeGreaterThan(1);
    await journal.stop();
  });
});
