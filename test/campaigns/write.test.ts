import { describe, expect, it } from "vitest";
import { launched } from "../../functions/campaigns/campaign.ts";
import { changeCampaign } from "../../functions/campaigns/change.ts";
import { createCampaign } from "../../functions/campaigns/create.ts";
import { addRecipients } from "../../functions/campaigns/recipients.ts";
import type { Template } from "../../functions/templates/template.ts";
import { noon } from "../make.ts";
import { aCampaignWorld, campaignId, people } from "./campaign.fixture.ts";

const template: Template = {
  id: "parcel",
  version: 3,
  defaultLocale: "en",
  locales: {
    en: {
      text: "{{contact.name}}, parcel {{order}} from {{shop}}: {{link}}",
      link: "https://nw.example/{{order}}",
    },
    de: { text: "{{contact.name}}, Paket {{order}} von {{shop}}" },
    fr: { text: "{{order}} {{order}}" },
  },
  variables: {
    order: { type: "text", required: true, maxLength: 1_000 },
    shop: { type: "text", required: true },
  },
  createdAt: noon,
  createdBy: "key_1",
};
const newer = { ...template, version: 4, locales: { en: { text: "something else" } } };
const expand = { do: "expand", campaignId, page: 1 } as const;
const [ada = "", ben = "", cem = ""] = people(3);

/** A launched campaign by the template, to people with orders of their own. */
async function aTemplateCampaign(orders: Readonly<Record<string, string>>) {
  const world = aCampaignWorld();
  const shortened: string[] = [];
  const using = {
    ...world.using,
    findTemplate: async (_id: string, version?: number) =>
      [template, newer].find((one) => one.version === (version ?? 3)),
    shorten: async (url: string, messageId: string) => {
      shortened.push(url);
      return `https://s.example/${messageId.slice(-4)}`;
    },
  };
  const asked = { name: "Parcels", category: "appointment" };
  await createCampaign(
    { ...asked, template: { id: "parcel", variables: { shop: "Northwind" } } },
    campaignId,
    using,
  );
  for (const id of Object.keys(orders)) world.keep(id, { name: id === ada ? "Ada" : "Ben" });
  const variables = Object.fromEntries(Object.entries(orders).map(([id, order]) => [id, { order }]));
  await addRecipients(campaignId, 1, { contactIds: Object.keys(orders), externalIds: [], variables }, using);
  await changeCampaign(using.campaigns, campaignId, (one) => launched(one, world.now.at));
  return { ...world, shortened, expand: () => world.doWith(expand, using) };
}

describe("a campaign by a template", () => {
  it("is written to each in their language and with what is theirs, in the version it was created with", async () => {
    const world = await aTemplateCampaign({ [ada]: "A-1", [ben]: "B-2" });
    world.keep(ben, { name: "Ben", locale: "de-AT" });
    await world.expand();
    const said = new Map(world.messages().map((one) => [one.contactId, one]));
    const short = `https://s.example/${said.get(ada)?.id.slice(-4)}`;
    expect(said.get(ada)).toMatchObject({
      content: { text: `Ada, parcel A-1 from Northwind: ${short}`, link: short },
      template: { id: "parcel", version: 3, locale: "en" },
      status: "queued",
    });
    expect(said.get(ben)?.content.text).toBe("Ben, Paket B-2 von Northwind");
    expect(world.shortened).toEqual(["https://nw.example/A-1"]);
  });

  it("leaves out whom it cannot be written to, says why, and keeps nobody else from it", async () => {
    const world = await aTemplateCampaign({ [ada]: "A-1", [ben]: "B-2", [cem]: "C".repeat(900) });
    world.keep(cem, { name: "Cem", locale: "fr" });
    await world.expand();
    const ends = world.messages().map(({ contactId, status, reason }) => [contactId, { status, reason }]);
    expect(Object.fromEntries(ends)).toEqual({
      [ada]: { status: "queued" },
      [ben]: { status: "queued" },
      [cem]: { status: "suppressed", reason: "content-unfit" },
    });
    expect(await world.totals()).toEqual({ queued: 2, suppressed: 1 });
  });

  it("loses and doubles nobody, wherever a run dies", async () => {
    const orders = Object.fromEntries(people(6).map((id, index) => [id, `O-${index}`]));
    const whole = await aTemplateCampaign(orders);
    const before = whole.failing.calls;
    await whole.expand();
    const awaits = whole.failing.calls - before;
    const texts = whole.messages().map(({ content }) => content.text);
    expect(awaits).toBeGreaterThan(8);
    for (let died = 1; died <= awaits; died += 1) {
      const world = await aTemplateCampaign(orders);
      world.failing.at = world.failing.calls + died;
      await world.expand().catch(() => undefined);
      world.failing.at = Infinity;
      await world.expand();
      expect(
        world
          .messages()
          .map(({ content }) => content.text)
          .toSorted(),
      ).toEqual(texts.toSorted());
      expect(new Set(world.handed).size, `died at ${died}`).toBe(6);
    }
  });

  it("waits for its template rather than say something else", async () => {
    const world = await aTemplateCampaign({ [ada]: "A-1" });
    await expect(world.do(expand)).rejects.toThrow("Template parcel");
    expect(world.messages()).toEqual([]);
  });
});

describe("a campaign with a link", () => {
  it("gives each recipient a short one of their own in the place that is meant for it", async () => {
    const world = await aLinkCampaign(people(2));
    const shorten = async (_url: string, messageId: string) => `https://s.example/${messageId}`;
    await world.doWith(expand, { ...world.using, shorten });
    expect(world.messages().map(({ content: { text } }) => text)).toEqual(
      world.messages().map(({ id }) => `Sale: https://s.example/${id}`),
    );
  });

  it("goes out with the whole link when no short one can be made", async () => {
    const world = await aLinkCampaign(people(1));
    const shorten = async () => {
      throw new Error("no table");
    };
    await world.doWith(expand, { ...world.using, shorten });
    expect(world.messages()[0]?.content.text).toBe("Sale: https://nw.example/sale");
  });
});

async function aLinkCampaign(contactIds: readonly string[]) {
  const world = aCampaignWorld();
  const { using } = world;
  const content = { text: "Sale: {{link}}", link: "https://nw.example/sale", mediaUrls: [] };
  await createCampaign({ name: "Sale", category: "appointment", content }, campaignId, using);
  for (const id of contactIds) world.keep(id);
  await addRecipients(campaignId, 1, { contactIds: [...contactIds], externalIds: [] }, using);
  await changeCampaign(using.campaigns, campaignId, (one) => launched(one, world.now.at));
  return world;
}
