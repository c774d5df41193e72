import { describe, expect, test } from "vitest";
import { aWorld, longCode, person } from "./carriers.fixture.ts";

const text = { to: person, from: longCode, body: "Your table is ready." };
const hours = 3_600_000;

describe("a handset's switches", () => {
  test("phone off: the text waits and arrives when the phone is on again", async () => {
    await using world = await aWorld();
    world.handsets.set(person, { phoneOff: true });
    const { sid } = await world.client.messages.create(text);
    await world.clock.pass(2 * hours);
    expect(world.handsets.messagesOf(person)[0]).toMatchObject({ status: "sent", waiting: true });
    expect((await world.client.messages(sid).fetch()).status).toBe("sent");
    world.handsets.set(person, { phoneOff: false });
    await world.clock.pass(10_000);
    expect((await world.client.messages(sid).fetch()).status).toBe("delivered");
  });

  test("phone off until the validity ends: undelivered with 30003", async () => {
    await using world = await aWorld();
    world.handsets.set(person, { phoneOff: true });
    const { sid } = await world.client.messages.create({ ...text, validityPeriod: 120 });
    await world.clock.pass(119_000);
    expect((await world.client.messages(sid).fetch()).status).toBe("sent");
    await world.clock.pass(2_000);
    const message = await world.client.messages(sid).fetch();
    expect(message).toMatchObject({ status: "undelivered", errorCode: 30003 });
    world.handsets.set(person, { phoneOff: false });
    await world.clock.pass(10_000);
    expect(world.handsets.messagesOf(person)[0]).not.toHaveProperty("arrivedAt");
  });

  test("landline: undelivered with 30006", async () => {
    await using world = await aWorld();
    world.handsets.set(person, { landline: true });
    const { sid } = await world.client.messages.create(text);
    await world.clock.pass(10_000);
    expect(await world.client.messages(sid).fetch()).toMatchObject({
      status: "undelivered",
      errorCode: 30006,
    });
  });

  test("slow queue: what waits longer than its validity fails with 30036 and never arrives", async () => {
    await using world = await aWorld();
    world.handsets.set(person, { queueSeconds: 60 });
    const { sid } = await world.client.messages.create({ ...text, validityPeriod: 30 });
    await world.clock.pass(90_000);
    expect(await world.client.messages(sid).fetch()).toMatchObject({ status: "failed", errorCode: 30036 });
    expect(world.handsets.messagesOf(person)[0]).not.toHaveProperty("arrivedAt");
  });

  test("late receipts: the phone has it at once, the provider knows 72 hours later", async () => {
    await using world = await aWorld();
    world.handsets.set(person, { receiptDelaySeconds: 72 * 3600 });
    const { sid } = await world.client.messages.create(text);
    await world.clock.pass(71 * hours);
    expect(world.handsets.messagesOf(person)[0]?.arrivedAt).toBeDefined();
    expect((await world.client.messages(sid).fetch()).status).toBe("sent");
    await world.clock.pass(2 * hours);
    expect((await world.client.messages(sid).fetch()).status).toBe("delivered");
  });

  test("no receipts: the carrier never says more than sent", async () => {
    await using world = await aWorld();
    world.handsets.set(person, { noReceipts: true });
    const { sid } = await world.client.messages.create(text);
    await world.clock.pass(100 * hours);
    expect(world.handsets.messagesOf(person)[0]?.arrivedAt).toBeDefined();
    expect((await world.client.messages(sid).fetch()).status).toBe("sent");
  });

  test("lost reply: the connection breaks, yet the text arrives and the callback says so", async () => {
    await using world = await aWorld();
    world.handsets.set(person, { loseReply: true, once: true });
    const statusCallback = `${world.business.url}/status`;
    await expect(world.client.messages.create({ ...text, statusCallback })).rejects.toMatchObject({
      code: "ECONNRESET",
    });
    await world.clock.until("delivered", () => world.business.got.length === 2);
    expect(world.business.got.at(-1)?.form["MessageStatus"]).toBe("delivered");
    expect(world.handsets.messagesOf(person)).toHaveLength(1);
    const found = await world.client.messages.list({ to: person });
    expect(found.map(({ body }) => body)).toEqual([text.body]);
    await expect(world.client.messages.create(text)).resolves.toBeTruthy();
  });

  test("error code of the API: refused; for one message only when told so", async () => {
    await using world = await aWorld();
    world.handsets.set(person, { errorCode: 21614, once: true });
    await expect(world.client.messages.create(text)).rejects.toMatchObject({ code: 21614, status: 400 });
    await expect(world.client.messages.create(text)).resolves.toBeTruthy();
    world.handsets.set(person, { errorCode: 20503 });
    await expect(world.client.messages.create(text)).rejects.toMatchObject({ code: 20503, status: 503 });
    await expect(world.client.messages.create(text)).rejects.toMatchObject({ code: 20503 });
  });

  test.each([
    [30007, "undelivered"],
    [30034, "failed"],
  ])("error code %i of a carrier: %s after it was accepted", async (errorCode, status) => {
    await using world = await aWorld();
    world.handsets.set(person, { errorCode });
    const { sid } = await world.client.messages.create(text);
    await world.clock.pass(10_000);
    expect(await world.client.messages(sid).fetch()).toMatchObject({ status, errorCode });
  });
});
