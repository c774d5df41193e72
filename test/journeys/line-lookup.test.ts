import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";
import { synthesizeWhole } from "../whole-business.ts";

let assembly: string;
let laptop: Laptop;
let api: Api;
beforeAll(async () => {
  assembly = synthesizeWhole();
  laptop = await startLaptop({ port: 0, assembly, now: Date.UTC(2026, 10, 23, 17) });
  api = apiOf(laptop);
}, 400_000);
afterAll(async () => {
  await laptop.stop();
  rmSync(assembly, { recursive: true, force: true });
});

async function learnt(value: string): Promise<Json> {
  const { body } = await api.post("/v1/contacts", { addresses: [{ kind: "phone", value }] });
  expect(body.addresses).toMatchObject([{ lineType: "unknown" }]);
  return until(
    "the number to be looked up",
    async () => (await api.get(`/v1/contacts/${body.id}`)).body,
    ({ addresses }) => addresses[0].lookedUpAt !== undefined,
    60,
  );
}
const send = async (contactId: string) =>
  (await api.post("/v1/messages", { contactId, category: "appointment", content: { text: "At ten?" } })).body;

it("learns once that a number is a landline, and texts nobody there", async () => {
  laptop.carriers.handsets.set("+12125550191", { landline: true });
  const contact = await learnt("+1 212 555 0191");
  expect(contact.addresses).toMatchObject([{ lineType: "landline" }]);
  expect(await send(contact.id)).toMatchObject({ status: "suppressed", reason: "landline" });
  expect(laptop.carriers.handsets.messagesOf("+12125550191")).toEqual([]);
});

it("learns that a number is a mobile phone, and texts it", async () => {
  const contact = await learnt("+1 212 555 0192");
  expect(contact.addresses).toMatchObject([{ lineType: "mobile" }]);
  expect(await send(contact.id)).toMatchObject({ plan: { steps: [{ channel: "sms" }] } });
});
