import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";
import { aReceiver, type Got, verified } from "../integrations/receiver.fixture.ts";
import { synthesizeWhole } from "../whole-business.ts";

let assembly: string;
let laptop: Laptop;
let api: Api;
let receiver: Awaited<ReturnType<typeof aReceiver>>;
let contactId: string;

beforeAll(async () => {
  assembly = synthesizeWhole();
  laptop = await startLaptop({ port: 0, assembly, now: Date.UTC(2026, 10, 23, 17) });
  api = apiOf(laptop);
  receiver = await aReceiver(laptop.cloud.clock.now);
  const addresses = [{ kind: "phone", value: "+12125550123", lineType: "mobile" }];
  const { body } = await api.post("/v1/contacts", { name: "Ada", timeZone: "America/New_York", addresses });
  contactId = body.id;
}, 400_000);
afterEach(async () => {
  receiver.answers.status = 200;
  receiver.answers.headers = {};
  const { body } = await api.get("/v1/webhooks");
  for (const { id } of body.webhooks) await api.remove(`/v1/webhooks/${id}`);
});
afterAll(async () => {
  await laptop.stop();
  await receiver.close();
  rmSync(assembly, { recursive: true, force: true });
});

const advance = (seconds: number) => laptop.cloud.clock.advance(seconds * 1000);
const webhook = async (more: Json = {}) =>
  (await api.post("/v1/webhooks", { url: receiver.url, ...more })).body;
const gotOf = (eventId: string) => receiver.got.filter(({ event }) => event.id === eventId);
const tested = async (id: string): Promise<string> =>
  (await api.post(`/v1/webhooks/${id}/test`, {})).body.eventId;
const posts = (eventId: string, count: number) =>
  until(
    `post ${count} of ${eventId}`,
    () => gotOf(eventId),
    (got) => got.length >= count,
  );
const delivery = async (id: string, eventId: string): Promise<Json> =>
  (await api.get(`/v1/webhooks/${id}/deliveries`)).body.deliveries.find(
    (one: Json) => one.eventId === eventId,
  );
const settled = (id: string, eventId: string, status: string, tries: number) =>
  until(
    `${eventId} to be ${status} after ${tries}`,
    () => delivery(id, eventId),
    (one) => one?.status === status && one.tries.length === tries,
  );

describe("an endpoint of the business's own", () => {
  it("hears what becomes of a message and of the answer, signed by Standard Webhooks", async () => {
    const { secret, id } = await webhook({ events: ["message.status", "message.received"] });
    const content = { text: "Was it you? Reply YES or NO." };
    const { body } = await api.post("/v1/messages", { contactId, category: "fraud-alert", content });
    const isOurs = ({ event }: Got) => event.data["messageId"] === body.id;
    await until(
      "the message to be delivered",
      () => receiver.got.filter(isOurs).map(({ event }) => event.data["status"]),
      (statuses) => statuses.includes("delivered"),
    );
    laptop.carriers.handsets.answer("+12125550123", "+15005550006", "It was me, Ada Lovelace");
    const answered = await until(
      "the answer",
      () => receiver.got.find(({ event }) => event.type === "message.received"),
      (got) => got !== undefined,
    );
    expect(answered?.event.data).toMatchObject({ contactId, senderId: "us-number" });
    for (const got of receiver.got) {
      expect(verified(got, secret), got.text).toBe(true);
      expect(got.headers["webhook-id"]).toBe(got.event.id);
      expect(verified({ ...got, text: `${got.text} ` }, secret)).toBe(false);
      expect(got.text, "no text, name or number travels").not.toMatch(/Ada|Lovelace|2125550123|Reply YES/);
    }
    const { deliveries } = (await api.get(`/v1/webhooks/${id}/deliveries?limit=2`)).body;
    expect(deliveries).toHaveLength(2);
    expect(JSON.stringify((await api.get(`/v1/webhooks/${id}`)).body)).not.toContain("whsec_");
  });

  it("is tried eight times in 28 hours, under one id, and gets it when it asks again", async () => {
    const { id, secret } = await webhook();
    receiver.answers.status = 503;
    const eventId = await tested(id);
    const pauses = [300, 1_800, 7_200, 18_000, 36_000, 36_000];
    // The first pause of five seconds is waited for on the queue, which does not follow the cloud's clock.
    await settled(id, eventId, "waiting", 2);
    for (const [index, pause] of pauses.entries()) {
      advance(pause - 10);
      expect(gotOf(eventId)).toHaveLength(index + 2);
      advance(12);
      await settled(id, eventId, index === pauses.length - 1 ? "failed" : "waiting", index + 3);
    }
    const got = gotOf(eventId);
    expect(got).toHaveLength(8);
    expect(
      got.every((one) => verified(one, secret)),
      "each is signed at its own time",
    ).toBe(true);
    expect(new Set(got.map(({ text }) => text)).size).toBe(1);
    receiver.answers.status = 204;
    expect((await api.post(`/v1/webhooks/${id}/deliveries/${eventId}/replay`, {})).status).toBe(202);
    const replayed = await settled(id, eventId, "delivered", 9);
    expect(replayed).toMatchObject({ replays: 1, type: "webhook.test" });
    expect(replayed.tries.map(({ status }: Json) => status)).toEqual([
      ...Array.from({ length: 8 }, () => 503),
      204,
    ]);
  }, 120_000);

  it("that is gone is disabled at once, says so, and gets what it missed when it is back", async () => {
    const { id } = await webhook({ events: ["switch.turned"] });
    const other = await webhook({ events: ["webhook.disabled"] });
    receiver.answers.status = 410;
    const eventId = await tested(id);
    await settled(id, eventId, "failed", 1);
    receiver.answers.status = 200;
    const { disabled } = await until(
      "the endpoint to be disabled",
      async () => (await api.get(`/v1/webhooks/${id}`)).body,
      (one) => one.disabled !== undefined,
    );
    expect(disabled).toMatchObject({ reason: "gone" });
    await until(
      "the event that says so",
      () =>
        receiver.got.find(({ event }) => event.data["webhookId"] === id && event.type === "webhook.disabled"),
      (got) => got !== undefined,
    );
    expect(other.id).not.toBe(id);
    advance(10);
    const since = new Date(laptop.cloud.clock.now() - 1_000).toISOString();
    await api.put("/v1/switches/category/offer", { reason: "a test" });
    const missed = await until(
      "a line for what it missed",
      async () => (await api.get(`/v1/webhooks/${id}/deliveries`)).body.deliveries[0],
      (one) => one?.status === "skipped",
    );
    expect(gotOf(missed.eventId)).toEqual([]);
    await api.patch(`/v1/webhooks/${id}`, { isEnabled: true });
    expect((await api.post(`/v1/webhooks/${id}/replay`, { since })).body).toEqual({ replayed: 1 });
    const [got] = await posts(missed.eventId, 1);
    expect(got?.event).toMatchObject({ type: "switch.turned", data: { scope: "category", id: "offer" } });
    await api.remove("/v1/switches/category/offer");
  });

  it("is never followed to where it would lead us", async () => {
    const { id } = await webhook();
    receiver.answers.status = 302;
    receiver.answers.headers = { location: receiver.url.replace("/hooks", "/elsewhere") };
    const eventId = await tested(id);
    await posts(eventId, 1);
    await settled(id, eventId, "waiting", 1);
    expect(receiver.got.map(({ path }) => path)).not.toContain("/elsewhere");
  });

  it("is signed with both secrets while they overlap, and with one after that", async () => {
    const { id, secret: old } = await webhook();
    const { body } = await api.post(`/v1/webhooks/${id}/rotate-secret`, { overlapHours: 1 });
    expect(body.secret).not.toBe(old);
    advance(10);
    const [both] = await posts(await tested(id), 1);
    advance(3_600);
    const [one] = await posts(await tested(id), 1);
    if (!both || !one) throw new Error("nothing came");
    expect([verified(both, old), verified(both, body.secret)]).toEqual([true, true]);
    expect([verified(one, old), verified(one, body.secret)]).toEqual([false, true]);
  });
});
