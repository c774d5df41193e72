import { describe, expect, it } from "vitest";
import { changeCampaign } from "../../functions/campaigns/change.ts";
import { createCampaign, type CreateUsing } from "../../functions/campaigns/create.ts";
import { launch } from "../../functions/campaigns/launch.ts";
import { preview } from "../../functions/campaigns/preview.ts";
import { addRecipients } from "../../functions/campaigns/recipients.ts";
import type { Media } from "../../functions/channels/media.ts";
import type { Template } from "../../functions/templates/template.ts";
import { noon } from "../make.ts";
import { aCampaignWorld, campaignId, people } from "./campaign.fixture.ts";

const url = "https://shop.example/1";
const asked = (mediaUrls: string[]) => ({
  name: "Warning",
  category: "fraud-alert",
  content: { text: "Look", mediaUrls },
});

function aTemplate(locales: Template["locales"]): Template {
  const made = { createdAt: noon, createdBy: "key_1" };
  return { id: "warning", version: 1, defaultLocale: "en", locales, variables: {}, ...made };
}

/** A campaign to three people, and servers that say what their files are. */
async function aCampaignWithFiles(...mediaUrls: string[]) {
  const world = aCampaignWorld();
  const files: { are: Omit<Media, "url"> } = { are: { type: "image/png" } };
  const looks: string[] = [];
  const using = {
    ...world.using,
    backlog: async () => ({ isShared: false, urgent: 0, bulk: 0, inFlight: 0 }),
    inspectMedia: async (one: string) => {
      looks.push(one);
      return { url: one, ...files.are };
    },
  };
  const create = () => createCampaign(asked(mediaUrls), campaignId, using);
  const add = async (more: Pick<CreateUsing, "findTemplate"> = {}) => {
    for (const id of people(3)) world.keep(id);
    await addRecipients(campaignId, 1, { contactIds: people(3), externalIds: [] }, { ...using, ...more });
  };
  return { ...world, using, files, looks, create, add };
}

describe("files of a campaign", () => {
  it("that no picture message carries are refused when it is created, by their field", async () => {
    const { create, files } = await aCampaignWithFiles(`${url}.png`, url);
    files.are = { type: "text/html" };
    await expect(create()).rejects.toMatchObject({
      code: "body.invalid",
      errors: [{ field: "content.mediaUrls.0" }, { field: "content.mediaUrls.1" }],
    });
  });

  it("are looked at once for all who get them, and again when it is launched", async () => {
    const { create, add, using, files, looks, works } = await aCampaignWithFiles(url);
    await create();
    await add();
    expect(looks).toHaveLength(1);
    files.are = { type: "text/html" };
    await expect(launch(campaignId, using)).rejects.toMatchObject({
      code: "campaign.files-unfit",
      errors: [{ field: "content.mediaUrls.0" }],
    });
    expect(looks).toHaveLength(2);
    expect(works).toEqual([]);
    files.are = { type: "image/png" };
    expect(await launch(campaignId, using)).toMatchObject({ state: "launched" });
    files.are = { type: "text/html" };
    expect(await launch(campaignId, using), "launched is launched").toMatchObject({ state: "launched" });
  });

  it("are those of its template in every language, at its creation and at its launch", async () => {
    const { using, add, files, looks } = await aCampaignWithFiles();
    const [mediaUrls, pictures] = [[`${url}.png`], [`${url}-de.png`]];
    const en = { text: "Look", mediaUrls };
    const de = { text: "Sieh", mediaUrls, channels: { mms: { mediaUrls: pictures } } };
    const template = aTemplate({ en, de, fr: en });
    const withTemplate = { ...using, findTemplate: async () => template };
    const { name, category } = asked([]);
    const named = { name, category, template: { id: template.id, variables: {} } };
    files.are = { type: "text/html" };
    const errors = [{ field: "template", message: expect.stringContaining("text/html") }];
    await expect(createCampaign(named, campaignId, withTemplate)).rejects.toMatchObject({
      code: "body.invalid",
      errors,
    });
    expect(looks.toSorted()).toEqual([...pictures, ...mediaUrls]);
    files.are = { type: "image/png" };
    await createCampaign(named, campaignId, withTemplate);
    await add(withTemplate);
    files.are = { type: "text/html" };
    await expect(launch(campaignId, withTemplate)).rejects.toMatchObject({
      code: "campaign.files-unfit",
      errors,
    });
  });

  it("are warned of in its preview, each once", async () => {
    const { create, add, using, files } = await aCampaignWithFiles(url);
    await create();
    await add();
    const campaign = await changeCampaign(using.campaigns, campaignId, (one) => one);
    if (!campaign) throw new Error("it is not there");
    expect(await preview(campaign, { sample: 10 }, using)).toMatchObject({ looked: 3, warnings: [] });
    files.are = { type: "video/mp4", bytes: 4_000_000 };
    const { sends, warnings } = await preview(campaign, { sample: 10 }, using);
    expect(sends).toMatchObject([{ channel: "mms", senderId: "us-number", messages: 3 }]);
    expect(warnings).toEqual([
      {
        field: "content.mediaUrls.0",
        senderId: "us-number",
        message: expect.stringContaining("AT&T (1 MB)"),
      },
    ]);
    files.are = { type: "text/html" };
    const refused = await preview(campaign, { sample: 10 }, using);
    expect(refused.warnings).toMatchObject([{ field: "content.mediaUrls.0" }]);
  });
});
