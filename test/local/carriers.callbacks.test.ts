import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { accountSid, authToken, aWorld, longCode, nothing, person, tollFree } from "./carriers.fixture.ts";

describe("the rate of a sender", () => {
  test("counts segments in a sliding second and answers 429 above it", async () => {
    await using world = await aWorld();
    const send = (body: string) => world.client.messages.create({ to: person, from: longCode, body });
    const twoSegments = "x".repeat(200);
    for (let sent = 0; sent < 4; sent += 1) expect((await send(twoSegments)).numSegments).toBe("2");
    await world.clock.pass(600);
    await send("nine");
    await send("ten");
    await expect(send("eleven")).rejects.toMatchObject({ status: 429, code: 20429 });
    await world.clock.pass(399);
    await expect(send("eleven")).rejects.toMatchObject({ status: 429, code: 20429 });
    await world.clock.pass(1);
    await expect(send("eleven")).resolves.toBeTruthy();
  });

  test("lets a message pass alone that is larger than a whole second", async () => {
    await using world = await aWorld();
    const long = { to: person, from: tollFree, body: "x".repeat(700) };
    expect((await world.client.messages.create(long)).numSegments).toBe("5");
    await expect(world.client.messages.create(long)).rejects.toMatchObject({ code: 20429 });
  });
});

describe("status callbacks", () => {
  test("come in order, signed so that Twilio's own check accepts them and refuses a changed one", async () => {
    await using world = await aWorld();
    const statusCallback = `${world.business.url}/callbacks/twilio-main/status/msg_1.1?a=b%20c`;
    const { sid } = await world.client.messages.create({
      to: person,
      from: longCode,
      body: "Hi",
      statusCallback,
    });
    await world.clock.until("delivered", () => world.business.got.length === 2);
    const { got } = world.business;
    expect(got.map(({ form }) => form["MessageStatus"])).toEqual(["sent", "delivered"]);
    expect(got[0]?.form).toEqual({
      AccountSid: accountSid,
      ApiVersion: "2010-04-01",
      From: longCode,
      MessageSid: sid,
      MessageStatus: "sent",
      SmsSid: sid,
      SmsStatus: "sent",
      To: person,
    });
    for (const { headers, form } of got) {
      const signature = String(headers["x-twilio-signature"]);
      expect(headers["i-twilio-idempotency-token"]).toBeTruthy();
      expect(twilio.validateRequest(authToken, signature, statusCallback, form)).toBe(true);
      const changed = { ...form, MessageStatus: "failed" };
      expect(twilio.validateRequest(authToken, signature, statusCallback, changed)).toBe(false);
    }
  });

  test("are tried once more with the same token when the connection broke", async () => {
    await using world = await aWorld();
    world.business.answers.drop = 1;
    const statusCallback = `${world.business.url}/status`;
    await world.client.messages.create({ to: person, from: longCode, body: "Hi", statusCallback });
    await world.clock.until("delivered", () => world.business.got.length === 3);
    const [first, second, third] = world.business.got;
    expect(first?.text).toBe(second?.text);
    expect(first?.headers["i-twilio-idempotency-token"]).toBe(second?.headers["i-twilio-idempotency-token"]);
    expect(third?.form["MessageStatus"]).toBe("delivered");
  });

  test("are tried as often as the fragment of their address asks, which is not signed", async () => {
    await using world = await aWorld();
    world.business.answers.status = 503;
    const address = `${world.business.url}/status`;
    const statusCallback = `${address}#rc=3&rp=all`;
    world.handsets.set(person, { noReceipts: true });
    await world.client.messages.create({ to: person, from: longCode, body: "Hi", statusCallback });
    await world.clock.until("four tries", () => world.business.got.length === 4);
    await world.clock.pass(60_000);
    expect(world.business.got).toHaveLength(4);
    const { form, headers } = world.business.got[3] ?? nothing;
    const signature = String(headers["x-twilio-signature"]);
    expect(twilio.validateRequest(authToken, signature, address, form)).toBe(true);
  });
});
