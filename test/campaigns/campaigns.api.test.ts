import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Door, openDoor } from "../door.ts";

let door: Door;
const people: string[] = [];
beforeAll(async () => {
  door = await openDoor();
  for (let index = 0; index < 4; index += 1) {
    const addresses = [{ kind: "phone", value: `+1212555020${index}` }];
    const asked = { externalId: `crm-${index}`, timeZone: "America/New_York", addresses };
    people.push((await door.ask("POST /v1/contacts", asked)).body.id);
  }
});
afterAll(() => door.aws.stop());

// A code goes at any hour: these tests run by the real clock.
const asked = { name: "Codes", category: "one-time-code", content: { text: "Your code is 1234." } };
const create = async (more: object = {}, headers = {}): Promise<string> =>
  (await door.ask("POST /v1/campaigns", { ...asked, ...more }, headers)).body.id;
const add = (id: string, page: number | string, body: unknown) =>
  door.ask(`PUT /v1/campaigns/${id}/recipients/${page}`, body);
const work = (id: string) =>
  door.aws.queued.filter((body) => body.includes(id)).map((body) => JSON.parse(body));

describe("a campaign", () => {
  it("is created once under its key, as a draft without recipients", async () => {
    const key = { "idempotency-key": "campaign-1" };
    const first = await door.ask("POST /v1/campaigns", asked, key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ ...asked, status: "draft", recipients: 0, suppressedBy: {} });
    expect(first.body.counts).toMatchObject({ waiting: 0, delivered: 0, duplicate: 0 });
    expect((await door.ask("POST /v1/campaigns", asked, key)).body.id).toBe(first.body.id);
    expect((await door.ask(`GET /v1/campaigns/${first.body.id}`)).body).toEqual(first.body);
  });

  it("needs a category that is declared", async () => {
    const { status, body } = await door.ask("POST /v1/campaigns", { ...asked, category: "unheard-of" });
    expect([status, body.code]).toEqual([422, "category.not-found"]);
  });

  it("refuses a file that no picture message carries, once and not for each recipient", async () => {
    const content = { text: "Look", mediaUrls: ["https://127.0.0.1/1.jpg", "https://127.0.0.1/2.webp"] };
    const named = { ...asked, category: "delivery-update", content };
    const { status, body } = await door.ask("POST /v1/campaigns", named);
    expect([status, body.errors]).toEqual([
      400,
      [{ field: "content.mediaUrls.1", message: "is image/webp, which picture messages do not carry" }],
    ]);
    const text = await door.ask("POST /v1/campaigns", { ...named, category: "appointment" });
    expect(text.status, "which goes as a text only").toBe(201);
  });

  it("takes pages of contacts and of the business's own ids, and names those nobody has", async () => {
    const id = await create();
    const { status, body } = await add(id, 1, {
      contactIds: [people[0], people[1], people[0]],
      externalIds: ["crm-1", "crm-2", "crm-unknown"],
    });
    expect([status, body]).toEqual([200, { page: 1, recipients: 3, unknown: ["crm-unknown"] }]);
    const view = (await door.ask(`GET /v1/campaigns/${id}`)).body;
    expect([view.recipients, view.counts.waiting]).toEqual([3, 3]);
  });

  it("keeps a page as it was added: the same list again is fine, another is not", async () => {
    const id = await create();
    const first = await add(id, 1, { contactIds: people });
    expect((await add(id, 1, { contactIds: people })).body).toEqual(first.body);
    const other = await add(id, 1, { contactIds: people.slice(1) });
    expect([other.status, other.body.code]).toEqual([409, "page.taken"]);
    expect((await door.ask(`GET /v1/campaigns/${id}`)).body.recipients).toBe(4);
  });

  it.each([
    ["without anybody", 1, {}, "contactIds"],
    ["of more than a thousand", 1, { contactIds: Array.from({ length: 1001 }, () => "con_1") }, "contactIds"],
    ["without a number", "one", { contactIds: ["con_1"] }, "page"],
    ["beyond the last number", 5001, { contactIds: ["con_1"] }, "page"],
  ])("refuses a page %s", async (_what, page, body, field) => {
    const refused = await add(await create(), page, body);
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, field]);
  });

  it("is launched once, however often it is asked for", async () => {
    const id = await create();
    const empty = await door.ask(`POST /v1/campaigns/${id}/launch`);
    expect([empty.status, empty.body.code]).toEqual([409, "campaign.empty"]);
    await add(id, 1, { contactIds: people });
    const launched = await door.ask(`POST /v1/campaigns/${id}/launch`);
    expect([launched.status, launched.body.status]).toEqual([202, "running"]);
    const again = await door.ask(`POST /v1/campaigns/${id}/launch`);
    expect(again.body.launchedAt).toBe(launched.body.launchedAt);
    expect(work(id)).toContainEqual({ do: "start", campaignId: id });
  });

  it("waits for its time", async () => {
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const id = await create({ startAt });
    await add(id, 1, { contactIds: people });
    const { body } = await door.ask(`POST /v1/campaigns/${id}/launch`);
    expect(body).toMatchObject({ status: "scheduled", startAt });
    expect(work(id)).toEqual([]);
  });

  it("is paused by its switch and resumed", async () => {
    const id = await create();
    await add(id, 1, { contactIds: people });
    await door.ask(`POST /v1/campaigns/${id}/launch`);
    const paused = await door.ask(`POST /v1/campaigns/${id}/pause`, { reason: "wrong price" });
    expect(paused.body).toMatchObject({ status: "paused", paused: { reason: "wrong price" } });
    const { off } = (await door.ask("GET /v1/switches")).body;
    expect(off).toEqual([expect.objectContaining({ scope: "campaign", id, by: "key_test" })]);
    const resumed = await door.ask(`POST /v1/campaigns/${id}/resume`);
    expect(resumed.body.status).toBe("running");
    expect(resumed.body.paused).toBeUndefined();
    expect(work(id).filter((one) => one.do === "start")).toHaveLength(2);
  });

  it("that was canceled takes no more recipients and is launched no more", async () => {
    const id = await create();
    await add(id, 1, { contactIds: people });
    const canceled = await door.ask(`POST /v1/campaigns/${id}/cancel`);
    expect([canceled.status, canceled.body.status]).toEqual([202, "canceled"]);
    for (const refused of [
      await add(id, 2, { contactIds: people }),
      await door.ask(`POST /v1/campaigns/${id}/launch`),
      await door.ask(`POST /v1/campaigns/${id}/pause`, { reason: "why" }),
    ])
      expect([refused.status, refused.body.code]).toEqual([409, "campaign.canceled"]);
  });

  it("is counted anew, page by page", async () => {
    const id = await create();
    await add(id, 1, { contactIds: people });
    expect((await door.ask(`POST /v1/campaigns/${id}/count`)).status).toBe(202);
    expect(work(id)).toEqual([{ do: "count", campaignId: id, page: 1, isFull: true }]);
  });

  it("is not there under an id that nobody has", async () => {
    const id = `cmp_${"7".repeat(26)}`;
    for (const operation of ["GET", "POST /launch", "POST /cancel", "POST /resume", "POST /count"]) {
      const [method, action = ""] = operation.split(" ");
      const { status, body } = await door.ask(`${method} /v1/campaigns/${id}${action}`);
      expect([status, body.code], operation).toEqual([404, "campaign.not-found"]);
    }
  });

  it("stands in the list, newest first, a page after the other", async () => {
    const ids = [await create(), await create(), await create()].toReversed();
    const first = (await door.ask("GET /v1/campaigns?limit=2")).body;
    expect(first.campaigns.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const second = (await door.ask(`GET /v1/campaigns?limit=2&cursor=${first.nextCursor}`)).body;
    expect(second.campaigns[0].id).toBe(ids[2]);
  });
});

describe("a preview", () => {
  it("says who would get it by which sender, what that costs and how long it takes", async () => {
    const id = await create({ content: { text: "x".repeat(200) } });
    await add(id, 1, { contactIds: [...people, "con_nobody"] });
    const { status, body } = await door.ask(`GET /v1/campaigns/${id}/preview`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      recipients: 5,
      looked: 5,
      text: { encoding: "GSM-7", segments: 2, units: 200 },
      suppressed: [{ reason: "contact-missing", recipients: 1 }],
      held: [],
    });
    const [sends] = body.sends;
    // The double of the queue says that thirty wait and five are in flight, in each of two lanes.
    expect(sends).toMatchObject({ channel: "sms", messages: 4, segments: 8, backlog: 70 });
    expect(sends.carrierUsd).toBeCloseTo((8 * 8_300) / 1e6);
    expect(body.etaSeconds).toBeCloseTo(78 / 10);
    expect(work(id)).toEqual([]);
  });

  it("by a sample stands for everybody", async () => {
    const id = await create();
    await add(id, 1, { contactIds: people.slice(0, 2) });
    await add(id, 2, { contactIds: people.slice(2) });
    const { body } = await door.ask(`GET /v1/campaigns/${id}/preview?sample=2`);
    expect(body).toMatchObject({ recipients: 4, looked: 2 });
    expect(body.sends[0].messages).toBe(4);
    const page = (await door.ask(`GET /v1/campaigns/${id}/preview?page=2`)).body;
    expect(page).toMatchObject({ recipients: 2, looked: 2 });
  });

  it("of a page that is not there is no preview", async () => {
    const { status, body } = await door.ask(`GET /v1/campaigns/${await create()}/preview?page=9`);
    expect([status, body.errors[0].field]).toEqual([400, "page"]);
  });
});

describe("a campaign by a template", () => {
  const template = {
    defaultLocale: "en",
    locales: { en: { text: "{{shop}}: order {{order}} {{link}}", link: "https://nw.example/{{order}}" } },
    variables: { order: { type: "text", maxLength: 300 }, shop: { type: "text" } },
  };
  const by = (variables: object) => ({ content: undefined, template: { id: "parcel", variables } });
  const fieldsIn = ({ body }: { body: { errors?: { field: string }[] } }) =>
    body.errors?.map(({ field }) => field);
  beforeAll(async () => void (await door.ask("PUT /v1/templates/parcel", template)));

  it("keeps the version that is in use, and says so", async () => {
    const id = await create(by({ shop: "Northwind" }));
    await door.ask("PUT /v1/templates/parcel", { ...template, description: "Newer." });
    const { body } = await door.ask(`GET /v1/campaigns/${id}`);
    expect(body.template).toEqual({ id: "parcel", version: 1, variables: { shop: "Northwind" } });
    expect(body.content).toBeUndefined();
  });

  it("is refused without a template that is there, or with what it does not know", async () => {
    const ask = (more: object) => door.ask("POST /v1/campaigns", { ...asked, ...more });
    expect(fieldsIn(await ask({ template: { id: "parcel" } }))).toEqual(["content"]);
    expect(fieldsIn(await ask({ content: undefined }))).toEqual(["content"]);
    const unknown = await ask({ content: undefined, template: { id: "nobody" } });
    expect([unknown.status, unknown.body.code]).toEqual([422, "template.unknown"]);
    expect(fieldsIn(await ask(by({ shop: 4 })))).toEqual(["template.variables.shop"]);
  });

  it("takes what is different for each recipient with the page, and names whom it does not fit", async () => {
    const id = await create(by({ shop: "Northwind" }));
    const mistaken = await add(id, 1, {
      contactIds: [people[0]],
      externalIds: ["crm-1", "crm-2"],
      variables: { "crm-1": { order: "A-1" }, [people[0] ?? ""]: { order: "A-0", colour: "red" } },
    });
    expect(mistaken.status).toBe(400);
    expect(fieldsIn(mistaken)).toEqual([`variables.${people[0]}.colour`, "variables.crm-2.order"]);
    const strange = { externalIds: ["crm-1"], variables: { "crm-9": { order: "A-9" } } };
    expect(fieldsIn(await add(id, 1, strange))).toEqual(["variables.crm-9"]);
    const long = { externalIds: ["crm-1"], variables: { "crm-1": { order: "x".repeat(200_000) } } };
    expect(fieldsIn(await add(id, 1, long))).toEqual(["variables"]);
    const right = { externalIds: ["crm-1"], variables: { "crm-1": { order: "A-1" } } };
    expect((await add(id, 1, right)).status).toBe(200);
    expect((await add(id, 1, right)).status).toBe(200);
    const other = { ...right, variables: { "crm-1": { order: "A-2" } } };
    expect((await add(id, 1, other)).body.code).toBe("page.taken");
    const plain = await create();
    expect(fieldsIn(await add(plain, 1, right))).toEqual(["variables"]);
  });

  it("is previewed as each would read it, the longest in front", async () => {
    const id = await create(by({ shop: "Northwind" }));
    const orders = { "crm-1": { order: "A-1" }, "crm-2": { order: "B".repeat(200) } };
    await add(id, 1, { externalIds: ["crm-1", "crm-2"], variables: orders });
    const { body } = await door.ask(`GET /v1/campaigns/${id}/preview`);
    // The link counts as it will look: https://nw.example/ and ten letters.
    const units = `Northwind: order ${"B".repeat(200)} https://nw.example/0123456789`.length;
    expect(body.text).toEqual({ encoding: "GSM-7", segments: 2, units });
    expect(body.sends).toMatchObject([{ channel: "sms", messages: 2, segments: 3 }]);
  });
});
