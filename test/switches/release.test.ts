import { describe, expect, it } from "vitest";
import { release } from "../../functions/switches/release.ts";
import { allOn, type Board } from "../../functions/switches/switch.ts";
import { noon } from "../make.ts";

function aBacklog(board: Board, pages: readonly (readonly string[])[]) {
  const world = { board, sent: [] as string[], now: noon };
  const using = {
    switches: {
      find: async () => world.board,
      replace: async (next: Board) => {
        world.board = next;
        return true;
      },
    },
    messages: {
      pageOfWaiting: async (from = "0") => {
        const next = Number(from) + 1;
        world.now += 1_000;
        return { ids: [...(pages[Number(from)] ?? [])], ...(next < pages.length && { next: String(next) }) };
      },
    },
    sendToIntake: async (id: string) => void world.sent.push(id),
    clock: { now: () => world.now, sleepUntil: async () => undefined },
  };
  return { world, using };
}

describe("releasing", () => {
  it("does nothing while no switch was lifted", async () => {
    const { world, using } = aBacklog(allOn, [["msg_1"]]);
    expect(await release(noon + 60_000, using)).toBe(0);
    expect(world.sent).toEqual([]);
  });

  it("goes on sweep after sweep until a whole pass came a minute after the lift", async () => {
    const { world, using } = aBacklog({ ...allOn, liftedAt: noon }, [["msg_1"], ["msg_2", "msg_3"]]);
    await release(world.now + 60_000, using);
    expect(world.board.liftedAt).toBe(noon);
    world.now = noon + 60_000;
    expect(await release(world.now + 60_000, using)).toBe(3);
    expect(world.board.liftedAt).toBeUndefined();
    expect(world.sent).toEqual(["msg_1", "msg_2", "msg_3", "msg_1", "msg_2", "msg_3"]);
  });

  it("stops when its time is over, and is not done then", async () => {
    const { world, using } = aBacklog({ ...allOn, liftedAt: noon - 90_000 }, [
      ["msg_1"],
      ["msg_2"],
      ["msg_3"],
    ]);
    await release(noon + 1_500, using);
    expect(world.sent).toEqual(["msg_1", "msg_2"]);
    expect(world.board.liftedAt).toBe(noon - 90_000);
  });
});
