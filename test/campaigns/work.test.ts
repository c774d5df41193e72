import { describe, expect, it } from "vitest";
import { canceled } from "../../functions/campaigns/campaign.ts";
import { changeCampaign } from "../../functions/campaigns/change.ts";
import { addRecipients } from "../../functions/campaigns/recipients.ts";
import { allOn, switchedOff } from "../../functions/switches/switch.ts";
import { noon } from "../make.ts";
import { aLaunchedCampaign, campaignId, people } from "./campaign.fixture.ts";

const expand = (page: number) => ({ do: "expand", campaignId, page }) as const;
const start = { do: "start", campaignId } as const;
const asked = { scope: "campaign", id: campaignId, by: "key_1", at: noon } as const;
/** Ten in the evening in New York. */
const evening = noon + 10 * 3_600_000;

describe("a page of a campaign", () => {
  it("becomes one message for each of its people, handed to their senders", async () => {
    const world = await aLaunchedCampaign(people(250));
    await world.do(expand(1));
    expect(world.messages()).toHaveLength(250);
    expect(new Set(world.handed).size).toBe(250);
    expect(world.messages()[0]).toMatchObject({ campaignId, campaignPage: 1, status: "queued", step: 0 });
    expect(await world.totals()).toEqual({ queued: 250 });
  });

  it("tells of whose message goes nowhere, and counts why", async () => {
    const world = await aLaunchedCampaign(people(3));
    world.keep(people(1)[0] ?? "", { addresses: [] });
    await world.do(expand(1));
    expect(world.happened.map(({ detail }) => detail)).toMatchObject([
      { status: "suppressed", reason: "no-address", campaignId },
    ]);
    const [tally] = await world.using.campaigns.listTallies(campaignId);
    expect(tally).toMatchObject({ settled: { suppressed: 1 }, moving: { queued: 2 } });
    expect(tally?.suppressedBy).toEqual({ "no-address": 1 });
  });

  it("changes nothing when it is run again", async () => {
    const world = await aLaunchedCampaign(people(20));
    await world.do(expand(1));
    const before = world.messages();
    await world.do(expand(1));
    expect(world.messages()).toEqual(before);
    expect(world.handed).toHaveLength(20);
  });

  it("loses and doubles nobody, wherever a run dies", async () => {
    const calls = (world: Awaited<ReturnType<typeof aLaunchedCampaign>>) => world.failing.calls;
    /** Twelve whom queues carry, and five who are stored at once because nothing reaches them. */
    const aMixedCampaign = async () => {
      const world = await aLaunchedCampaign(people(17));
      for (const id of people(5, 12)) world.keep(id, { addresses: [] });
      return world;
    };
    const whole = await aMixedCampaign();
    const before = calls(whole);
    await whole.do(expand(1));
    const awaits = calls(whole) - before;
    expect(awaits).toBeGreaterThan(15);
    for (let died = 1; died <= awaits; died += 1) {
      const world = await aMixedCampaign();
      world.failing.at = calls(world) + died;
      await world.do(expand(1)).catch(() => undefined);
      world.failing.at = Infinity;
      await world.do(expand(1));
      expect(world.messages(), `died at ${died}`).toHaveLength(17);
      expect(new Set(world.handed).size, `died at ${died}`).toBe(12);
      expect(await world.totals()).toEqual({ queued: 12, suppressed: 5 });
    }
  });

  it("gives one message to whoever stands on two pages, and counts them once more as a duplicate", async () => {
    const world = await aLaunchedCampaign(people(3), people(3, 2));
    await world.do(expand(2));
    await world.do(expand(1));
    expect(world.messages()).toHaveLength(5);
    expect(new Set(world.handed).size).toBe(5);
    await world.beginAll();
    for (const page of [1, 2]) await world.do({ do: "look", campaignId, page });
    expect(await world.totals()).toEqual({ sending: 5, duplicate: 1 });
  });

  it("is stored when it begins, is held or ends: until then the queue of its sender carries it", async () => {
    const world = await aLaunchedCampaign(people(3));
    world.keep(people(1)[0] ?? "", { addresses: [] });
    await world.do(expand(1));
    expect(world.stored().map(({ status }) => status)).toEqual(["suppressed"]);
    expect(world.messages()).toHaveLength(3);
    await world.beginAll();
    expect(world.stored()).toHaveLength(3);
  });

  it("is stored at once when what it says is too long for a queue", async () => {
    const world = await aLaunchedCampaign(people(1));
    await changeCampaign(world.using.campaigns, campaignId, (one) => ({
      ...one,
      content: { text: "See you!", subject: "Soon", html: "<p>See you!</p>".repeat(300), mediaUrls: [] },
    }));
    await world.do(expand(1));
    expect(world.stored()).toHaveLength(1);
    expect(world.handed).toHaveLength(1);
    // Taken or not, no queue carries it.
    await world.take(world.stored()[0]?.id ?? "");
    await addRecipients(campaignId, 2, { contactIds: people(1), externalIds: [] }, world.using);
    await world.do(expand(2));
    expect(world.carried.size).toBe(0);
    expect(world.stored()).toHaveLength(1);
  });

  it("suppresses the message to somebody who is not there any more", async () => {
    const world = await aLaunchedCampaign(people(1));
    await addRecipients(campaignId, 2, { contactIds: people(1, 900), externalIds: [] }, world.using);
    await world.do(expand(2));
    expect(world.messages()[0]).toMatchObject({ status: "suppressed", reason: "contact-missing" });
  });

  it("holds everybody who waits for the same hour with one schedule", async () => {
    const world = await aLaunchedCampaign(people(30));
    const west = people(10);
    for (const id of west) world.keep(id, { timeZone: "America/Los_Angeles", region: "CA" });
    world.now.at = evening;
    await world.do(expand(1));
    // Seven in the evening in Los Angeles: numbers of New York may be there, but those people said where they are.
    expect(await world.totals()).toEqual({ queued: 10, held: 20 });
    expect(world.later).toHaveLength(1);
    expect(world.later[0]?.work).toMatchObject({ do: "release", page: 1 });
    expect(world.intake).toEqual([]);
    const held = world.messages().find(({ status }) => status === "held");
    expect(world.later[0]?.at).toBe(held?.heldUntil);
    expect(held?.dueAt, "the sweeper leaves the page its time").toBe((held?.heldUntil ?? 0) + 600_000);
  });

  it("decides again on those whose hour has come, and on nobody else", async () => {
    const world = await aLaunchedCampaign(people(5));
    world.now.at = evening;
    await world.do(expand(1));
    const [release] = world.later;
    world.keep(people(1)[0] ?? "", { addresses: [] });
    world.now.at = release?.at ?? 0;
    if (release) await world.do(release.work);
    if (release) await world.do(release.work);
    expect(
      world
        .messages()
        .map(({ status }) => status)
        .toSorted(),
    ).toEqual([...Array.from({ length: 4 }, () => "queued"), "suppressed"]);
    expect(new Set(world.handed).size).toBe(4);
    await world.do({ do: "count", campaignId, page: 1, isFull: false });
    expect(await world.totals()).toEqual({ queued: 4, suppressed: 1 });
  });

  it("goes on with a release that died after it had decided", async () => {
    const world = await aLaunchedCampaign(people(4));
    world.now.at = evening;
    await world.do(expand(1));
    const [release] = world.later;
    if (!release) throw new Error("nothing was held");
    world.now.at = release.at;
    const from = world.failing.calls;
    for (let died = 1; died < 12; died += 1) {
      world.failing.at = from + died;
      world.failing.calls = from;
      await world.do(release.work).catch(() => undefined);
    }
    world.failing.at = Infinity;
    await world.do(release.work);
    expect(new Set(world.handed).size).toBe(4);
    expect(world.messages().every(({ attempts }) => attempts.length === 1)).toBe(true);
  });
});

describe("a campaign", () => {
  it("has every page taken up that is left, and somebody look again until every message has ended", async () => {
    const world = await aLaunchedCampaign(people(2), people(2, 10));
    await world.do(start);
    expect(world.works).toEqual([expand(1), expand(2)]);
    await world.do(expand(1));
    world.works.length = 0;
    await world.do(start);
    expect(world.works).toEqual([expand(2)]);
    expect(await world.using.campaigns.listReminders(noon + 3_600_000)).toEqual([campaignId]);
    await world.do(expand(2));
    await world.do(start);
    expect(await world.using.campaigns.listReminders(Infinity)).toEqual([campaignId]);
    await world.endAll("delivered");
    for (const page of [1, 2]) await world.do({ do: "look", campaignId, page });
    await world.do(start);
    expect(await world.using.campaigns.listReminders(Infinity)).toEqual([]);
  });

  it("that is paused decides on nobody, and goes on where it stopped", async () => {
    const world = await aLaunchedCampaign(people(3));
    world.board.is = switchedOff(allOn, asked, "wrong price");
    await world.do(start);
    await world.do(expand(1));
    expect([world.works, world.messages()]).toEqual([[], []]);
    expect(await world.totals()).toEqual({ waiting: 3 });
    world.board.is = allOn;
    await world.do(start);
    await world.do(expand(1));
    expect(world.handed).toHaveLength(3);
  });

  it("takes up a page that is added after its launch", async () => {
    const world = await aLaunchedCampaign(people(1));
    await addRecipients(campaignId, 2, { contactIds: people(2, 5), externalIds: [] }, world.using);
    expect(world.works).toEqual([expand(2)]);
  });

  it("that was called off sends nothing that no provider has, and counts everybody", async () => {
    const world = await aLaunchedCampaign(people(3), people(2, 10));
    await world.do(expand(1));
    await changeCampaign(world.using.campaigns, campaignId, (one) => canceled(one, noon));
    await world.do(start);
    expect(world.works.map((work) => work.do)).toEqual(["cancel", "cancel"]);
    for (const work of world.works) await world.do(work);
    expect(world.messages().map(({ status }) => status)).toEqual(["canceled", "canceled", "canceled"]);
    expect(await world.totals()).toEqual({ canceled: 5 });
    expect(world.stored(), "whoever comes to begin one finds it called off").toHaveLength(3);
    // A run that comes late makes nothing of it.
    await world.do(expand(2));
    expect(world.messages()).toHaveLength(3);
  });

  it("calls off what a page made that was under way when it was called off", async () => {
    const world = await aLaunchedCampaign(people(3));
    const { handAllToSenders } = world.using;
    Object.assign(world.using, {
      handAllToSenders: async (attempts: Parameters<typeof handAllToSenders>[0]) => {
        await changeCampaign(world.using.campaigns, campaignId, (one) => canceled(one, noon));
        await handAllToSenders(attempts);
      },
    });
    await world.do(expand(1));
    expect(world.messages().map(({ status }) => status)).toEqual(["canceled", "canceled", "canceled"]);
    expect(await world.totals()).toEqual({ canceled: 3 });
  });

  it("that is called off leaves to its worker what that is sending, and closes the gate to everybody else", async () => {
    const world = await aLaunchedCampaign(people(3));
    await world.do(expand(1));
    const [taken, ...others] = world.messages();
    if (!taken) throw new Error("nobody was decided on");
    await world.take(taken.id);
    await changeCampaign(world.using.campaigns, campaignId, (one) => canceled(one, noon));
    await world.do({ do: "cancel", campaignId, page: 1 });
    expect(
      world
        .stored()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(others.map(({ id }) => id).toSorted());
    expect(await world.totals()).toEqual({ queued: 1, canceled: 2 });
    for (const { id } of others) expect(await world.take(id)).toBe("void");
    // The worker stores what came of it, and whoever looks next counts it.
    await world.beginAll();
    world.now.at = noon + 3_600_000;
    await world.do({ do: "look", campaignId, page: 1 });
    expect(await world.totals()).toEqual({ sending: 1, canceled: 2 });
  });

  it("begins at its time and not before, whoever asks", async () => {
    const world = await aLaunchedCampaign(people(1));
    await changeCampaign(world.using.campaigns, campaignId, (one) => ({
      ...one,
      state: "scheduled",
      startAt: noon + 60_000,
    }));
    await world.do(start);
    expect(world.works).toEqual([]);
    world.now.at = noon + 60_000;
    await world.do(start);
    expect(world.works).toEqual([expand(1)]);
  });
});
