import { describe, expect, it } from "vitest";
import { listCampaignMessages, type RecipientPlace } from "../../functions/campaigns/list-messages.ts";
import type { Wanted } from "../../functions/messages/list.ts";
import { aLaunchedCampaign, campaignId, people } from "./campaign.fixture.ts";

const expand = (page: number) => ({ do: "expand", campaignId, page }) as const;

/** Everybody on the list, however short its pages are. */
async function all(world: Awaited<ReturnType<typeof aLaunchedCampaign>>, wanted: Wanted) {
  const found: string[] = [];
  let start: RecipientPlace | undefined;
  do {
    const { messages, next } = await listCampaignMessages(campaignId, wanted, start, world.using);
    expect(messages.length).toBeLessThanOrEqual(wanted.limit);
    found.push(...messages.map(({ contactId }) => contactId));
    start = next;
  } while (start);
  return found;
}

describe("the messages of a campaign", () => {
  it("are listed in the order of its recipients, over all pages", async () => {
    const world = await aLaunchedCampaign(people(7), people(5, 20));
    for (const page of [1, 2]) await world.do(expand(page));
    await world.beginAll();
    const everybody = [...people(7), ...people(5, 20)];
    for (const limit of [1, 3, 7, 100]) expect(await all(world, { limit })).toEqual(everybody);
  });

  it("name each person once, on the page that their message belongs to", async () => {
    const world = await aLaunchedCampaign(people(3), people(3, 1));
    for (const page of [1, 2]) await world.do(expand(page));
    await world.beginAll();
    expect(await all(world, { limit: 2 })).toEqual(people(4));
  });

  it("can be those in one status: who got nothing, and why", async () => {
    const world = await aLaunchedCampaign(people(6));
    const [, second = ""] = people(6);
    world.keep(second, { addresses: [] });
    await world.do(expand(1));
    const wanted = { limit: 100, status: "suppressed" } as const;
    expect(await all(world, wanted)).toEqual([second]);
    const { messages } = await listCampaignMessages(campaignId, wanted, undefined, world.using);
    expect(messages).toMatchObject([{ status: "suppressed", reason: "no-address" }]);
  });

  it("are none before anybody was decided on, and none while only queues carry them", async () => {
    const world = await aLaunchedCampaign(people(3));
    expect(await all(world, { limit: 10 })).toEqual([]);
    await world.do(expand(1));
    expect(await all(world, { limit: 10 })).toEqual([]);
  });
});
