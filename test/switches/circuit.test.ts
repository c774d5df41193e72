import { describe, expect, it } from "vitest";
import { circuitOf, closed, looked, opened, shutFor, tried } from "../../functions/switches/circuit.ts";
import { lookAtCircuits } from "../../functions/switches/look.ts";
import { allOn, type Board } from "../../functions/switches/switch.ts";
import { aMessage, noon } from "../make.ts";

const connection = "twilio-main";
const minute = 60_000;
const open = opened(allOn, { connection, reason: "http-503", at: noon });
const free = looked(open, connection, true, noon + minute);
const trying = tried(free, connection, "msg_1.1");
const untilOf = (board: Board) => circuitOf(board, connection)?.until;

describe("a circuit", () => {
  it("keeps everything from its connection, and nothing from others", () => {
    expect(shutFor(open, connection)).toMatchObject({
      reason: "http-503",
      since: noon,
      until: noon + minute,
    });
    expect(shutFor(open, "aws-sms-main")).toBeUndefined();
    expect(shutFor(allOn, connection)).toBeUndefined();
  });

  it("that is open stays as it was opened", () => {
    expect(opened(open, { connection, reason: "timeout", at: noon + 1 })).toBe(open);
  });

  it("is looked at after one minute, then two, four and every five, for as long as the provider is out", () => {
    let board = open;
    let at = noon;
    const waits = Array.from({ length: 6 }, () => {
      const until = untilOf(board) ?? 0;
      const wait = (until - at) / minute;
      at = until;
      board = looked(board, connection, false, at);
      return wait;
    });
    expect(waits).toEqual([1, 2, 4, 5, 5, 5]);
  });

  it("lets one attempt try when the provider seems to work, and one only", () => {
    expect(shutFor(free, connection)).toBeUndefined();
    expect(circuitOf(trying, connection)?.trial).toBe("msg_1.1");
    expect(shutFor(trying, connection)).toBeDefined();
    expect(tried(trying, connection, "msg_2.1")).toBe(trying);
    expect(tried(open, connection, "msg_2.1")).toBe(open);
  });

  it("is closed by the attempt that tried and no other, and lifts what waited", () => {
    expect(closed(trying, connection, "msg_2.1", noon)).toBe(trying);
    const board = closed(trying, connection, "msg_1.1", noon + 2 * minute);
    expect(board).toMatchObject({ circuits: [], liftedAt: noon + 2 * minute });
  });

  it("whose trial never came to an end is looked at again", () => {
    expect(untilOf(trying)).toBe(noon + 3 * minute);
    expect(
      circuitOf(looked(trying, connection, false, noon + 3 * minute), connection)?.trial,
    ).toBeUndefined();
  });
});

describe("looking after circuits", () => {
  const waiting = aMessage({ id: "msg_waiting", status: "held", reason: `circuit-open: ${connection}` });
  const other = aMessage({ id: "msg_other", status: "held", reason: "switched-off: channel sms" });

  function aLook(board: Board, isUp: () => Promise<boolean>) {
    const world = { board, now: noon + minute, asked: 0, intake: [] as string[] };
    const look = () =>
      lookAtCircuits({
        switches: {
          find: async () => world.board,
          replace: async (next) => {
            world.board = next;
            return true;
          },
        },
        isUp: () => {
          world.asked += 1;
          return isUp();
        },
        messages: {
          find: async (id) => [waiting, other].find((one) => one.id === id),
          pageOfWaiting: async (from) =>
            from ? { ids: ["msg_other", "msg_waiting"] } : { ids: [], next: "2" },
        },
        sendToIntake: async (id) => void world.intake.push(id),
        clock: { now: () => world.now, sleepUntil: async () => undefined },
      });
    return { world, look };
  }

  it("asks nobody before the time has come", async () => {
    const { world, look } = aLook(open, async () => true);
    world.now -= 1;
    await look();
    expect(world.asked).toBe(0);
    expect(world.board).toBe(open);
  });

  it("brings one of those that wait for it to a provider that works, and nothing that waits for something else", async () => {
    const { world, look } = aLook(open, async () => true);
    await look();
    expect(circuitOf(world.board, connection)?.trial).toBe("free");
    expect(world.intake).toEqual(["msg_waiting"]);
  });

  it("brings none to one that does not, or that cannot be asked", async () => {
    for (const answer of [async () => false, () => Promise.reject(new Error("no secret"))]) {
      const { world, look } = aLook(open, answer);
      await look();
      expect(world.intake).toEqual([]);
      expect(untilOf(world.board)).toBe(noon + 3 * minute);
    }
  });

  it("brings another one while the trial is free, and does not ask again", async () => {
    const { world, look } = aLook(free, async () => true);
    await look();
    expect(world.asked).toBe(0);
    expect(world.intake).toEqual(["msg_waiting"]);
  });
});
