import { afterAll, beforeAll, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";

/** Noon in New York on a working day. */
const noon = Date.UTC(2026, 10, 23, 17);
const number = (index: number) => `+1212555${2000 + index}`;
const agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
const asPerson = { "user-agent": agent, "accept-language": "en", accept: "text/html" };

let laptop: Laptop;
let api: Api;
beforeAll(async () => {
  laptop = await startLaptop({ port: 0, now: noon });
  api = apiOf(laptop);
});
afterAll(async () => laptop.stop());

it("says to each recipient what is theirs, in their language, with a short link that leads where it should", async () => {
  const template = {
    defaultLocale: "en",
    locales: {
      en: {
        text: "{{contact.name}}, {{shop}} has packed {{order}}: {{link}}",
        link: "https://northwind.example/{{order}}",
      },
      es: {
        text: "{{contact.name}}: {{shop}} ha empacado {{order}}: {{link}}",
        link: "https://northwind.example/{{order}}",
      },
    },
    variables: { order: { type: "text" }, shop: { type: "text" } },
  };
  expect((await api.put("/v1/templates/packed", template)).status).toBe(200);
  for (let index = 0; index < 12; index += 1) {
    const { status } = await api.post("/v1/contacts", {
      externalId: `crm-${index}`,
      name: `P${index}`,
      locale: index % 2 === 0 ? "en-US" : "es-MX",
      timeZone: "America/New_York",
      country: "US",
      addresses: [{ kind: "phone", value: number(index), lineType: "mobile" }],
    });
    expect(status).toBe(201);
  }
  const asked = { name: "Packed", category: "delivery-update" };
  const by = { id: "packed", variables: { shop: "Northwind" } };
  const { id } = (await api.post("/v1/campaigns", { ...asked, template: by })).body;
  for (const page of [1, 2]) {
    const externalIds = Array.from({ length: 6 }, (_, index) => `crm-${(page - 1) * 6 + index}`);
    const variables = Object.fromEntries(externalIds.map((one) => [one, { order: `order-of-${one}` }]));
    expect((await api.put(`/v1/campaigns/${id}/recipients/${page}`, { externalIds, variables })).status).toBe(
      200,
    );
  }
  const preview = (await api.get(`/v1/campaigns/${id}/preview`)).body;
  expect(preview).toMatchObject({ looked: 12, suppressed: [], text: { encoding: "GSM-7" } });
  // What is published while the campaign runs is for later ones.
  await api.put("/v1/templates/packed", { ...template, locales: { en: { text: "wrong" } } });
  expect((await api.post(`/v1/campaigns/${id}/launch`, {})).status).toBe(202);
  const done = await until(
    "everybody to have it",
    async () => (await api.get(`/v1/campaigns/${id}`)).body,
    ({ status }: Json) => status === "done",
    240,
  );
  expect(done.counts).toMatchObject({ delivered: 12 });

  const texts = laptop.carriers.handsets.truth().texts.filter(({ direction }) => direction !== "inbound");
  expect(texts).toHaveLength(12);
  const link = /https?:\/\/\S+$/;
  for (let index = 0; index < 12; index += 1) {
    const [text, ...more] = texts.filter(({ handset }) => handset === number(index));
    expect(more).toEqual([]);
    const body = String(text?.body);
    const packed = index % 2 === 0 ? ", Northwind has packed" : ": Northwind ha empacado";
    expect(body.replace(link, "")).toBe(`P${index}${packed} order-of-crm-${index}: `);
    const followed = await fetch(link.exec(body)?.[0] ?? "", { headers: asPerson, redirect: "manual" });
    expect([followed.status, followed.headers.get("location")]).toEqual([
      302,
      `https://northwind.example/order-of-crm-${index}`,
    ]);
  }
  const links = texts.map(({ body }) => link.exec(body)?.[0]);
  expect(new Set(links).size, "each has a link of their own").toBe(12);
}, 480_000);
