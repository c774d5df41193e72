import { describe, expect, it } from "vitest";
import { canceled } from "../../functions/campaigns/campaign.ts";
import { changeCampaign } from "../../functions/campaigns/change.ts";
import { applyResult, startAttempt } from "../../functions/messages/attempt.ts";
import { attemptIdOf } from "../../functions/messages/message.ts";
import { dueSeconds, held, retryStep, waiting } from "../../functions/messages/status.ts";
import { allOn, switchedOff } from "../../functions/switches/switch.ts";
import { noon } from "../make.ts";
import { aLaunchedCampaign, campaignId, people } from "./campaign.fixture.ts";

const expand = { do: "expand", campaignId, page: 1 } as const;
const look = { do: "look", campaignId, page: 1 } as const;
const start = { do: "start", campaignId } as const;
const minute = 60_000;
const quarter = 15 * minute;

async function anExpandedPage(count = 3, category = "appointment") {
  const world = await aLaunchedCampaign(people(count));
  await changeCampaign(world.using.campaigns, campaignId, (one) => ({ ...one, category }));
  await world.do(expand);
  const lookAt = async () => (await world.using.campaigns.findTally(campaignId, 1))?.lookAt;
  /** What a worker writes of somebody's attempt, and may die after. */
  const write = async (place: number, what: "begins" | "hears" | "hears nothing") => {
    const id = world.messages()[place]?.id ?? "";
    const attemptId = attemptIdOf(id, 1);
    await world.change(id, (seen) => {
      const begun = startAttempt(seen, attemptId, world.now.at) ?? seen;
      if (what === "begins") return begun;
      const result =
        what === "hears"
          ? ({ is: "accepted", providerMessageId: "SM1" } as const)
          : ({ is: "unknown", reason: "timeout" } as const);
      return applyResult(begun, attemptId, result, world.now.at);
    });
    return id;
  };
  return { world, lookAt, write };
}

describe("a campaign's messages", () => {
  it("stand in no index of what is due: a backlog of a million leaves the sweeper to everybody else", async () => {
    const { world, write } = await anExpandedPage();
    expect(world.indexed()).toEqual([]);
    await write(0, "begins");
    await write(1, "hears");
    expect(world.indexed()).toEqual([]);
  });

  it("stand there while they wait for a switch, or for a provider to say what became of them", async () => {
    const { world, write } = await anExpandedPage();
    const asked = await write(0, "hears nothing");
    const id = world.messages()[1]?.id ?? "";
    await world.change(id, (seen) => waiting(seen, "switched-off: sender us", noon));
    expect(new Set(world.indexed())).toEqual(new Set([asked, id]));
  });
});

describe("a page of a campaign", () => {
  it("is looked at a quarter of an hour after it was decided, and later ever more seldom", async () => {
    const { world, lookAt } = await anExpandedPage();
    const waits: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      const next = (await lookAt()) ?? 0;
      waits.push(next - world.now.at);
      world.now.at = next;
      await world.do(look);
    }
    expect(waits).toEqual([quarter, quarter, 2 * quarter, 4 * quarter]);
    expect(world.indexed()).toEqual([]);
  });

  it("is looked at soon again when its hour has come only now", async () => {
    const { world, lookAt } = await anExpandedPage(1);
    const id = world.messages()[0]?.id ?? "";
    const morning = noon + 20 * 3_600_000;
    await world.change(id, (seen) => held(seen, morning, "quiet-hours", noon));
    await world.do(look);
    expect(await lookAt()).toBe(morning + dueSeconds.heldInCampaign * 1000);
    await world.change(id, (seen) => retryStep(seen, morning)?.message);
    world.now.at = morning + 10 * minute;
    await world.do(look);
    expect(await lookAt()).toBe(world.now.at + quarter);
  });

  it("is looked at when the first of its messages is due, once providers have them all", async () => {
    const { world, lookAt, write } = await anExpandedPage(2);
    world.now.at = noon + minute;
    for (const place of [0, 1]) await write(place, "hears");
    world.now.at = noon + quarter;
    await world.do(look);
    expect(await lookAt()).toBe(noon + minute + dueSeconds.receipt * 1000);
  });

  it("gives what has come to a stop its place before the sweeper, and leaves everybody else alone", async () => {
    const { world, write } = await anExpandedPage();
    const begun = await write(0, "begins");
    await write(1, "hears");
    world.now.at = noon + quarter;
    await world.do(look);
    expect(world.indexed()).toEqual([begun]);
    expect(await world.using.messages.find(begun)).toMatchObject({ status: "sending" });
  });

  it("is decided on again for those whom nobody has stored for hours, and each time after twice as long", async () => {
    const { world, lookAt, write } = await anExpandedPage(3, "fraud-alert");
    await write(0, "hears");
    const again: number[] = [];
    for (const before = { handed: world.handed.length }; again.length < 3;) {
      world.now.at = (await lookAt()) ?? Infinity;
      await world.do(look);
      if (world.handed.length === before.handed) continue;
      again.push((world.now.at - noon) / 3_600_000);
      before.handed = world.handed.length;
    }
    expect(again).toEqual([8, 16, 32]);
    expect(world.handed).toHaveLength(3 + 3 * 2);
    expect(world.messages()).toHaveLength(3);
  });

  it("decides on nobody again while its campaign is paused, and on nobody whose time is over", async () => {
    const { world, lookAt } = await anExpandedPage(2, "fraud-alert");
    const asked = { scope: "campaign", id: campaignId, by: "key_1", at: noon } as const;
    world.board.is = switchedOff(allOn, asked, "wrong price");
    world.now.at = noon + 8 * 3_600_000;
    await world.do(look);
    expect(world.handed).toHaveLength(2);
    world.board.is = allOn;
    world.now.at = noon + 30 * 24 * 3_600_000;
    await world.do(look);
    expect(world.stored().map(({ status }) => status)).toEqual(["expired", "expired"]);
    await world.do(look);
    expect(await lookAt()).toBeUndefined();
  });

  it("stores no other decision about a message that somebody is sending, and says when nobody can know any more", async () => {
    const { world, lookAt } = await anExpandedPage(1, "fraud-alert");
    const [message] = world.messages();
    world.keep(people(1)[0] ?? "", { addresses: [] });
    world.now.at = noon + 8 * 3_600_000 - minute;
    await world.take(message?.id ?? "");
    world.now.at += minute;
    await world.do(look);
    expect(world.stored()).toEqual([]);
    expect(await world.totals()).toEqual({ queued: 1 });
    world.now.at += 8 * 3_600_000;
    await world.do(look);
    expect(world.stored()).toMatchObject([{ status: "unknown", reason: "answer-not-kept" }]);
    await world.do(look);
    expect(await lookAt()).toBeUndefined();
  });

  it("of a campaign that was called off ends what was taken by a run that died with it", async () => {
    const { world, lookAt } = await anExpandedPage(2);
    world.now.at = noon + 20 * 3_600_000;
    await world.take(world.messages()[0]?.id ?? "");
    await world.do({ do: "cancel", campaignId, page: 1 });
    await changeCampaign(world.using.campaigns, campaignId, (one) => canceled(one, noon));
    expect(await world.totals()).toEqual({ queued: 1, canceled: 1 });
    expect(await lookAt(), "however long ago it was decided").toBe(world.now.at + quarter);
    world.now.at += quarter;
    await world.do(look);
    expect(await world.totals()).toEqual({ unknown: 1, canceled: 1 });
    expect(await lookAt()).toBeUndefined();
  });

  it("changes nothing when it is looked at twice", async () => {
    const { world, write } = await anExpandedPage();
    await write(0, "begins");
    world.now.at = noon + quarter;
    await world.do(look);
    const before = world.messages();
    await world.do(look);
    expect(world.messages()).toEqual(before);
  });

  it("is looked at when its campaign is looked after, and not before its time", async () => {
    const { world } = await anExpandedPage();
    await world.do(start);
    expect(world.works).toEqual([]);
    world.now.at = noon + quarter;
    expect(await world.using.campaigns.listReminders(world.now.at)).toEqual([campaignId]);
    await world.do(start);
    expect(world.works).toEqual([look]);
  });

  it("counts what it sees, and is looked at no more once all has ended", async () => {
    const { world, lookAt } = await anExpandedPage();
    await world.endAll("delivered");
    await world.do(look);
    expect(await world.totals()).toEqual({ delivered: 3 });
    expect(await lookAt()).toBeUndefined();
  });

  it("that was called off is looked at until what providers have has ended", async () => {
    const { world, lookAt, write } = await anExpandedPage();
    await write(0, "hears");
    await world.do({ do: "cancel", campaignId, page: 1 });
    expect(await world.totals()).toEqual({ sent: 1, canceled: 2 });
    expect(await lookAt()).toBe(noon + dueSeconds.receipt * 1000);
  });
});
