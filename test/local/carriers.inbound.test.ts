import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { accountSid, authToken, aWorld, longCode, nothing, person, tollFree } from "./carriers.fixture.ts";

describe("a person's text", () => {
  test("is posted with Twilio's parameters, signed, and an empty answer is fine", async () => {
    await using world = await aWorld();
    const { sid } = world.handsets.answer(person, longCode, "Grüße & 👋");
    await world.clock.until("posted", () => world.business.got.length === 1);
    const { form, headers } = world.business.got[0] ?? nothing;
    expect(form).toMatchObject({
      MessageSid: sid,
      SmsSid: sid,
      SmsMessageSid: sid,
      AccountSid: accountSid,
      From: person,
      To: longCode,
      Body: "Grüße & 👋",
      NumMedia: "0",
      NumSegments: "1",
      SmsStatus: "received",
      FromCountry: "US",
      ToCountry: "US",
      FromCity: "",
      ApiVersion: "2010-04-01",
    });
    expect(form).not.toHaveProperty("OptOutType");
    const signature = String(headers["x-twilio-signature"]);
    const url = `${world.business.url}/inbound`;
    expect(twilio.validateRequest(authToken, signature, url, form)).toBe(true);
    await world.clock.until("answered", () => world.handsets.messagesOf(person)[0]?.webhook === "answered");
    expect(world.handsets.messagesOf(person)).toHaveLength(1);
  });

  test("is answered with the messages of the TwiML", async () => {
    await using world = await aWorld();
    const reply = new twilio.twiml.MessagingResponse();
    reply.message("See you at 6 & bring <cake>");
    reply.message("").media("https://shop.example/cake.png");
    world.business.answers.body = reply.toString();
    world.handsets.answer(person, longCode, "When?");
    await world.clock.until("answered", () => world.handsets.messagesOf(person).length === 3);
    expect(world.handsets.messagesOf(person).slice(1)).toMatchObject([
      { body: "See you at 6 & bring <cake>", direction: "outbound-reply" },
      { body: "", mediaUrls: ["https://shop.example/cake.png"] },
    ]);
  });

  test("is told to have got lost when nobody answers", async () => {
    await using world = await aWorld();
    world.business.answers.status = 500;
    world.handsets.answer(person, longCode, "Hello?");
    const webhook = () => world.handsets.messagesOf(person)[0]?.webhook;
    await world.clock.until("given up", () => webhook() !== undefined);
    expect(webhook()).toBe("lost");
    expect(world.business.got).toHaveLength(1);
  });

  test("cannot be written to a name or from a phone that is off", async () => {
    await using world = await aWorld();
    expect(() => world.handsets.answer(person, "NORTHWIND", "Hi")).toThrow("NORTHWIND");
    world.handsets.set(person, { phoneOff: true });
    expect(() => world.handsets.answer(person, longCode, "Hi")).toThrow("off");
  });
});

describe("opt-out words", () => {
  test("to a number whose provider handles them: blocked, answered once, and told to the business", async () => {
    await using world = await aWorld();
    const { business, client, clock, handsets } = world;
    const bodies = () => handsets.messagesOf(person).map(({ body }) => body);
    handsets.answer(person, tollFree, " stop ");
    await clock.until("told", () => business.got.length === 1);
    await clock.pass(10_000);
    expect(business.got[0]?.form["OptOutType"]).toBe("STOP");
    expect(bodies()).toEqual([" stop ", expect.stringContaining("UNSTOP")]);
    const refused = client.messages.create({ to: person, from: tollFree, body: "Sale!" });
    await expect(refused).rejects.toMatchObject({ code: 21610, status: 400 });
    await expect(client.messages.create({ to: person, from: longCode, body: "Other" })).resolves.toBeTruthy();
    handsets.answer(person, tollFree, "HELP");
    handsets.answer(person, tollFree, "START");
    await clock.until("told", () => business.got.length === 3);
    await clock.pass(10_000);
    expect(business.got.map(({ form }) => form["OptOutType"])).toEqual(["STOP", "HELP", "START"]);
    expect(bodies().at(-1)).toContain("START");
    expect(handsets.truth().optOuts).toEqual([]);
    await expect(client.messages.create({ to: person, from: tollFree, body: "Hi" })).resolves.toBeTruthy();
  });

  test("in a longer text mean nothing to the provider", async () => {
    await using world = await aWorld();
    world.handsets.answer(person, tollFree, "please stop");
    await world.clock.until("told", () => world.business.got.length === 1);
    expect(world.business.got[0]?.form).not.toHaveProperty("OptOutType");
    expect(world.handsets.truth().optOuts).toEqual([]);
  });

  test("to any other number are left to the business", async () => {
    await using world = await aWorld();
    world.handsets.answer(person, longCode, "STOP");
    await world.clock.until("told", () => world.business.got.length === 1);
    await world.clock.pass(10_000);
    expect(world.business.got[0]?.form).not.toHaveProperty("OptOutType");
    expect(world.handsets.messagesOf(person)).toHaveLength(1);
    await expect(
      world.client.messages.create({ to: person, from: longCode, body: "Bye" }),
    ).resolves.toBeTruthy();
  });
});
