import { describe, expect, it } from "vitest";
import { boardReader, restMilliseconds } from "../../functions/switches/read.ts";
import { allOn, type Board, switchedOff } from "../../functions/switches/switch.ts";
import { noon } from "../make.ts";

const off = switchedOff(allOn, { scope: "channel", id: "sms", by: "key_1", at: noon }, "why");

function aTable() {
  const table = { board: allOn, reads: 0, isDown: false, now: noon };
  const find = async (): Promise<Board> => {
    table.reads += 1;
    if (table.isDown) throw new Error("no answer");
    return table.board;
  };
  const clock = { now: () => table.now, sleepUntil: async () => undefined };
  return { table, read: boardReader(find, clock) };
}

describe("a worker", () => {
  it("reads the switches once for all messages of ten seconds", async () => {
    const { table, read } = aTable();
    await Promise.all(Array.from({ length: 50 }, read));
    table.now += restMilliseconds - 1;
    await read();
    expect(table.reads).toBe(1);
  });

  it("hears of a switch within ten seconds, and of its lifting within one", async () => {
    const { table, read } = aTable();
    await read();
    table.board = off;
    table.now += 10_000;
    expect((await read()).off).toHaveLength(1);
    table.board = allOn;
    table.now += 1_000;
    expect((await read()).off).toEqual([]);
  });

  it("goes on with what it knows while the table does not answer, but not for a minute", async () => {
    const { table, read } = aTable();
    await read();
    table.isDown = true;
    table.now += 20_000;
    expect(await read()).toBe(allOn);
    table.now += 39_000;
    await expect(read()).rejects.toThrow("no answer");
  });

  it("sends nothing before it has read the switches", async () => {
    const { table, read } = aTable();
    table.isDown = true;
    await expect(read()).rejects.toThrow("no answer");
  });
});
