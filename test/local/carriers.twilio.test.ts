import { describe, expect, test } from "vitest";
import { accountSid, aWorld, clientOf, longCode, noon, person, tollFree } from "./carriers.fixture.ts";

const service = `MG${"0".repeat(32)}`;

describe("Twilio's own client", () => {
  test("creates, fetches and lists a message", async () => {
    await using world = await aWorld();
    const created = await world.client.messages.create({
      to: person,
      from: longCode,
      body: "Your parcel is here.",
    });
    expect(created).toMatchObject({
      accountSid,
      apiVersion: "2010-04-01",
      body: "Your parcel is here.",
      direction: "outbound-api",
      from: longCode,
      to: person,
      status: "queued",
      numSegments: "1",
      numMedia: "0",
      price: null,
      errorCode: null,
    });
    expect(created.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(created.dateCreated.getTime()).toBe(noon);
    await world.clock.pass(10_000);
    const fetched = await world.client.messages(created.sid).fetch();
    expect(fetched.status).toBe("delivered");
    expect(fetched.dateSent.getTime()).toBeGreaterThanOrEqual(noon);
    const listed = await world.client.messages.list({ to: person, from: longCode, dateSent: new Date(noon) });
    expect(listed.map(({ sid }) => sid)).toEqual([created.sid]);
    expect(world.handsets.messagesOf(person)).toMatchObject([
      { body: "Your parcel is here.", status: "delivered" },
    ]);
  });

  test("lists newest first, over pages, by day", async () => {
    await using world = await aWorld();
    const sids: string[] = [];
    for (let number = 0; number < 5; number += 1) {
      const { sid } = await world.client.messages.create({
        to: person,
        from: longCode,
        body: `Text ${number}`,
      });
      sids.unshift(sid);
      await world.clock.pass(86_400_000);
    }
    const all = await world.client.messages.list({ pageSize: 2 });
    expect(all.map(({ sid }) => sid)).toEqual(sids);
    const day = new Date(noon + 2 * 86_400_000);
    const later = await world.client.messages.list({ dateSentAfter: day, pageSize: 2 });
    expect(later.map(({ sid }) => sid)).toEqual(sids.slice(0, 3));
    const earlier = await world.client.messages.list({ dateSentBefore: day });
    expect(earlier.map(({ sid }) => sid)).toEqual(sids.slice(2));
    expect(await world.client.messages.list({ to: "+12125559999" })).toEqual([]);
  });

  test("cancels a scheduled message and nothing else", async () => {
    await using world = await aWorld();
    const sendAt = new Date(noon + 3_600_000);
    const draft = {
      to: person,
      messagingServiceSid: service,
      body: "Later",
      scheduleType: "fixed",
      sendAt,
    } as const;
    const { sid, status } = await world.client.messages.create(draft);
    expect(status).toBe("scheduled");
    const canceled = await world.client.messages(sid).update({ status: "canceled" });
    expect(canceled.status).toBe("canceled");
    await world.clock.pass(7_200_000);
    expect((await world.client.messages(sid).fetch()).status).toBe("canceled");
    const plain = await world.client.messages.create({ to: person, from: longCode, body: "Now" });
    await expect(world.client.messages(plain.sid).update({ status: "canceled" })).rejects.toMatchObject({
      code: 30409,
    });
  });

  test("redacts and deletes what the phone keeps", async () => {
    await using world = await aWorld();
    const { sid } = await world.client.messages.create({ to: person, from: longCode, body: "Secret" });
    await expect(world.client.messages(sid).remove()).rejects.toMatchObject({ code: 20009, status: 409 });
    await world.clock.pass(10_000);
    expect((await world.client.messages(sid).update({ body: "" })).body).toBe("");
    expect(await world.client.messages(sid).remove()).toBe(true);
    await expect(world.client.messages(sid).fetch()).rejects.toMatchObject({ code: 20404, status: 404 });
    expect(world.handsets.messagesOf(person)).toMatchObject([{ body: "Secret" }]);
  });

  test("signs in with an API key, and not with a wrong token", async () => {
    await using world = await aWorld();
    const withKey = clientOf(world.carriers, "SK1", "secret");
    await expect(withKey.messages.create({ to: person, from: longCode, body: "Hi" })).resolves.toBeTruthy();
    const stranger = clientOf(world.carriers, accountSid, "wrong");
    const refused = stranger.messages.create({ to: person, from: longCode, body: "Hi" });
    await expect(refused).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  test.each([
    ["a number that cannot exist", { to: "+1555", from: longCode, body: "Hi" }, 21211],
    ["a recipient that is a short code", { to: "55555", from: longCode, body: "Hi" }, 21265],
    ["a sender that is the recipient", { to: longCode, from: longCode, body: "Hi" }, 21266],
    ["a sender that is not ours", { to: person, from: "+12065559999", body: "Hi" }, 21659],
    ["a name as sender to the US", { to: person, from: "NORTHWIND", body: "Hi" }, 21612],
    ["a toll-free number abroad", { to: "+447911123456", from: tollFree, body: "Hi" }, 21606],
    ["a landline abroad", { to: "+493012345678", from: longCode, body: "Hi" }, 21614],
    ["a text of 1601 characters", { to: person, from: longCode, body: "x".repeat(1601) }, 21617],
    ["nothing to say", { to: person, from: longCode }, 21619],
    ["no sender", { to: person, body: "Hi" }, 21603],
    [
      "a validity of ten hours and a second",
      { to: person, from: longCode, body: "Hi", validityPeriod: 36_001 },
      21624,
    ],
    [
      "a callback that is no URL",
      { to: person, from: longCode, body: "Hi", statusCallback: "nowhere" },
      21609,
    ],
  ])("is refused with Twilio's error for %s", async (_, message, code) => {
    await using world = await aWorld();
    await expect(world.client.messages.create(message)).rejects.toMatchObject({
      code,
      status: 400,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(world.handsets.truth().texts).toEqual([]);
  });
});
