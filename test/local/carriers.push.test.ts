import {
  type APNSMessage,
  type ChannelType,
  type GCMMessage,
  PhoneNumberValidateCommand,
  PinpointClient,
  SendMessagesCommand,
} from "@aws-sdk/client-pinpoint";
import { describe, expect, test } from "vitest";
import { aWorld, person } from "./carriers.fixture.ts";

const token = "handset-12125550123-phone";

describe("Pinpoint's own client", () => {
  test.each(["GCM", "APNS", "APNS_SANDBOX"] as const)(
    "sends a push over %s that only says accepted; the app tells the rest",
    async (channel) => {
      await using world = await aPushWorld();
      const result = await world.push(channel);
      expect(result).toMatchObject({ DeliveryStatus: "SUCCESSFUL", StatusCode: 200 });
      expect(result?.MessageId).toBeTruthy();
      await world.clock.until("received", () => world.receipts().length === 1);
      const [notice] = world.handsets.notificationsOf(person);
      expect(notice).toMatchObject({
        title: "Northwind",
        body: "Your parcel is here.",
        state: "shown",
        token,
      });
      world.handsets.tap(notice?.id ?? "");
      await world.clock.until("opened", () => world.receipts().length === 2);
      expect(world.receipts()).toMatchObject([
        { token: "t-1", event: "received" },
        { token: "t-1", event: "opened" },
      ]);
      // The app notes a receipt once the business has answered, a moment after it was posted.
      const reported = () => world.handsets.notificationsOf(person)[0]?.receipts ?? [];
      await world.clock.until("noted", () => reported().length === 2);
      expect(reported()).toEqual(["received", "opened"]);
    },
  );

  test.each([
    ["app-off", { appOff: true }],
    ["push-disabled", { pushDisabled: true }],
  ])("is told accepted when nobody sees it: %s", async (hiddenBy, switches) => {
    await using world = await aPushWorld();
    world.handsets.set(person, switches);
    expect(await world.push("GCM")).toMatchObject({ DeliveryStatus: "SUCCESSFUL" });
    await world.clock.pass(60_000);
    expect(world.handsets.notificationsOf(person)).toMatchObject([{ state: "not-shown", hiddenBy }]);
    expect(world.receipts()).toEqual([]);
  });

  test("finds the phone on again, within the time to live", async () => {
    await using world = await aPushWorld();
    world.handsets.set(person, { phoneOff: true });
    await world.push("GCM", 3600);
    await world.push("GCM", 60);
    await world.clock.pass(1_800_000);
    expect(world.handsets.notificationsOf(person).map(({ state }) => state)).toEqual(["waiting", "waiting"]);
    world.handsets.set(person, { phoneOff: false });
    await world.clock.until("received", () => world.receipts().length === 1);
    expect(world.handsets.notificationsOf(person).map(({ state }) => state)).toEqual(["shown", "not-shown"]);
  });

  test("hears of a removed app as FCM and APNs say it", async () => {
    await using world = await aPushWorld();
    world.handsets.set(person, { appRemoved: true });
    const android = await world.push("GCM");
    expect(android).toMatchObject({ DeliveryStatus: "PERMANENT_FAILURE", StatusCode: 410 });
    expect(android?.StatusMessage).toContain("UNREGISTERED");
    const apple = await world.push("APNS");
    expect(apple).toMatchObject({ DeliveryStatus: "PERMANENT_FAILURE", StatusCode: 410 });
    expect(apple?.StatusMessage).toContain("Unregistered");
    expect(world.handsets.notificationsOf(person)).toEqual([]);
  });

  test("loses the answer, not the notification", async () => {
    await using world = await aPushWorld();
    world.handsets.set(person, { loseReply: true });
    await expect(world.push("GCM")).rejects.toMatchObject({ code: "ECONNRESET" });
    await world.clock.until("received", () => world.receipts().length === 1);
    expect(world.handsets.notificationsOf(person)).toHaveLength(1);
  });

  test("dismissing tells nobody", async () => {
    await using world = await aPushWorld();
    await world.push("GCM");
    await world.clock.until("received", () => world.receipts().length === 1);
    world.handsets.dismiss(world.handsets.notificationsOf(person)[0]?.id ?? "");
    await world.clock.pass(60_000);
    expect(world.receipts()).toHaveLength(1);
  });

  test("gives any other token a handset of its own", async () => {
    await using world = await aPushWorld();
    await world.push("GCM", 60, "fcm-token-of-a-tablet");
    expect(world.handsets.notificationsOf("fcm-token-of-a-tablet")).toHaveLength(1);
  });

  test.each(["GCM", "APNS"] as const)(
    "shows over %s the last of those with one collapse id, whether they waited or were seen",
    async (channel) => {
      await using world = await aPushWorld();
      const collapsing =
        channel === "GCM" ? { Data: { "heliograph-collapse-id": "order-1" } } : { CollapseId: "order-1" };
      await world.push(channel, 3600, token, collapsing);
      await world.push(channel, 3600, token, {});
      await world.clock.until("both shown", () => world.states().join() === "shown,shown");
      await world.push(channel, 3600, token, collapsing);
      await world.clock.until("it replaced the first", () => world.states()[2] === "shown");
      expect(world.states()).toEqual(["replaced", "shown", "shown"]);
      world.handsets.set(person, { phoneOff: true });
      await world.push(channel, 3600, token, collapsing);
      await world.clock.until("it waits", () => world.states()[3] === "waiting");
      await world.push(channel, 3600, token, collapsing);
      await world.clock.until("the next one waits", () => world.states()[4] === "waiting");
      expect(world.states()).toEqual(["replaced", "shown", "shown", "replaced", "waiting"]);
      world.handsets.set(person, { phoneOff: false });
      await world.clock.until("it shows", () => world.states()[4] === "shown");
      expect(world.states()).toEqual(["replaced", "shown", "replaced", "replaced", "shown"]);
    },
  );

  test("has buttons, and the app says which was pressed", async () => {
    await using world = await aPushWorld();
    const actions = [{ id: "track", title: "Track it", link: "northwind://orders/1" }];
    const jsonBody = { ...world.data, "heliograph-actions": JSON.stringify(actions) };
    const raw = {
      aps: { alert: { body: "On its way" }, badge: 3, "mutable-content": 1, "content-available": 0 },
      data: {
        "media-url": "https://a.example/1.png",
        pinpoint: { deeplink: "northwind://orders", jsonBody },
      },
    };
    await world.push("APNS", 60, token, { RawContent: JSON.stringify(raw) });
    await world.clock.until("shown", () => world.states()[0] === "shown");
    const [notice] = world.handsets.notificationsOf(person);
    expect(notice).toMatchObject({
      body: "On its way",
      badge: 3,
      link: "northwind://orders",
      imageUrl: "https://a.example/1.png",
      actions,
    });
    expect(() => world.handsets.tap(notice?.id ?? "", "other")).toThrow("no such button");
    world.handsets.tap(notice?.id ?? "", "track");
    await world.clock.until("pressed", () => world.receipts().length === 2);
    expect(world.receipts()[1]).toMatchObject({ token: "t-1", event: "opened", action: "track" });
  });

  test.each([
    ["APNS", { Body: "x".repeat(4100) }, 413, "PayloadTooLarge"],
    ["GCM", { Body: "x".repeat(4100) }, 400, "INVALID_ARGUMENT"],
    ["APNS", { CollapseId: "x".repeat(65) }, 400, "BadCollapseId"],
  ] as const)("over %s is refused when it is too much", async (channel, more, StatusCode, word) => {
    await using world = await aPushWorld();
    const result = await world.push(channel, 60, token, more);
    expect(result).toMatchObject({ DeliveryStatus: "PERMANENT_FAILURE", StatusCode });
    expect(result?.StatusMessage).toContain(word);
  });

  test("validates numbers by the handset's kind", async () => {
    await using world = await aPushWorld();
    world.handsets.set("+13035550100", { landline: true });
    world.handsets.set("+12125550177", { voip: true });
    expect(await world.validate(person)).toMatchObject({
      PhoneType: "MOBILE",
      CountryCodeIso2: "US",
      Country: "United States",
      Timezone: "America/New_York",
      CleansedPhoneNumberE164: person,
    });
    expect(await world.validate("+13035550100")).toMatchObject({
      PhoneType: "LANDLINE",
      Timezone: "America/Denver",
    });
    expect(await world.validate("+12125550177")).toMatchObject({ PhoneType: "VOIP" });
    expect(await world.validate("+1555")).toMatchObject({ PhoneType: "INVALID" });
  });
});

async function aPushWorld() {
  const world = await aWorld();
  const client = new PinpointClient({
    endpoint: world.carriers.url,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const data = { "heliograph-receipt-url": `${world.business.url}/v1/receipts`, "heliograph-receipt": "t-1" };
  const push = async (
    channel: ChannelType,
    timeToLive = 3600,
    to = token,
    { Data = {}, ...more }: GCMMessage & APNSMessage = {},
  ) => {
    const message = {
      Title: "Northwind",
      Body: "Your parcel is here.",
      TimeToLive: timeToLive,
      Data: { ...data, ...Data },
      ...more,
    };
    const reply = await client.send(
      new SendMessagesCommand({
        ApplicationId: "northwind-app",
        MessageRequest: {
          Addresses: { [to]: { ChannelType: channel } },
          MessageConfiguration: channel === "GCM" ? { GCMMessage: message } : { APNSMessage: message },
        },
      }),
    );
    return reply.MessageResponse?.Result?.[to];
  };
  const validate = async (PhoneNumber: string) => {
    const command = new PhoneNumberValidateCommand({ NumberValidateRequest: { PhoneNumber } });
    return (await client.send(command)).NumberValidateResponse;
  };
  const receipts = () => world.business.got.map(({ text }): unknown => JSON.parse(text));
  const dispose = async (): Promise<void> => {
    client.destroy();
    await world[Symbol.asyncDispose]();
  };
  const states = () => world.handsets.notificationsOf(person).map(({ state }) => state);
  return { ...world, push, data, states, validate, receipts, [Symbol.asyncDispose]: dispose };
}
