import { describe, expect, test } from "vitest";
import { newVapidKeys } from "../../bin/vapid.ts";
import type { Outgoing } from "../../functions/providers/provider.ts";
import { webPushProvider } from "../../functions/providers/web-push.provider.ts";
import { aWorld, person } from "./carriers.fixture.ts";

const vapid = newVapidKeys();

describe("a browser's push service", () => {
  test("shows what the site says, and the site's service worker tells the rest", async () => {
    await using world = await aBrowserWorld();
    const actions = [{ id: "track", title: "Track it" }];
    const push = { badge: 2, image: "https://a.example/1.png", actions };
    expect(await world.send({ push })).toMatchObject({ is: "accepted" });
    await world.clock.until("received", () => world.receipts().length === 1);
    const [notice] = world.handsets.notificationsOf(person);
    expect(notice).toMatchObject({
      platform: "web",
      state: "shown",
      app: "shop.northwind.example",
      title: "Northwind",
      body: "Your parcel is here.",
      badge: 2,
      imageUrl: "https://a.example/1.png",
    });
    world.handsets.tap(notice?.id ?? "", "track");
    await world.clock.until("pressed", () => world.receipts().length === 2);
    expect(world.receipts()).toMatchObject([
      { token: "t-1", event: "received" },
      { token: "t-1", event: "opened", action: "track" },
    ]);
  });

  test("knows no subscription that was never made, and none that is over", async () => {
    await using world = await aBrowserWorld();
    const never = { value: `${world.carriers.url}/web-push/never` };
    expect(await world.send({}, never)).toMatchObject({ code: "404", mark: "unreachable" });
    world.handsets.set(person, { appRemoved: true });
    expect(await world.send()).toMatchObject({ code: "410", mark: "unreachable" });
    expect(world.handsets.notificationsOf(person)).toEqual([]);
  });

  test("takes nothing from who is not the site that the browser has subscribed to", async () => {
    await using world = await aBrowserWorld();
    expect(await world.send({}, {}, newVapidKeys())).toMatchObject({ reason: "vapid-refused", code: "403" });
    const unsigned = await fetch(world.subscription.endpoint, { method: "POST", headers: { ttl: "60" } });
    expect(unsigned.status).toBe(401);
  });

  test.each([429, 503])("asks for patience with %d, and takes it later", async (errorCode) => {
    await using world = await aBrowserWorld();
    world.handsets.set(person, { errorCode, once: true });
    expect(await world.send()).toMatchObject({ is: "busy", retryAfterSeconds: 2 });
    expect(await world.send()).toMatchObject({ is: "accepted" });
  });

  test("drops what its browser cannot open", async () => {
    await using world = await aBrowserWorld();
    const { auth } = world.handsets.subscribe(person).keys;
    expect(await world.send({}, { keys: { ...world.subscription.keys, auth } })).toMatchObject({
      is: "accepted",
    });
    await world.clock.pass(60_000);
    expect(world.handsets.notificationsOf(person)).toMatchObject([
      { state: "not-shown", hiddenBy: "silent" },
    ]);
  });

  test("keeps the last of a topic for a phone that is off, within its time to live", async () => {
    await using world = await aBrowserWorld();
    world.handsets.set(person, { phoneOff: true });
    const order = { push: { collapseId: "order-1" } };
    await world.send(order);
    await world.clock.until("it waits", () => world.states()[0] === "waiting");
    await world.send(order);
    await world.send({});
    await world.clock.until("they wait", () => world.states().join() === "replaced,waiting,waiting");
    world.handsets.set(person, { phoneOff: false });
    await world.clock.until("they show", () => world.states()[2] === "shown");
    expect(world.states()).toEqual(["replaced", "shown", "shown"]);
  });

  test("shows once what a lost answer has sent twice", async () => {
    await using world = await aBrowserWorld();
    world.handsets.set(person, { loseReply: true, once: true });
    expect(await world.send()).toEqual({ is: "unknown", reason: "reply-lost" });
    await world.send();
    await world.clock.until("the second shows", () => world.states()[1] === "shown");
    expect(world.states()).toEqual(["replaced", "shown"]);
  });
});

async function aBrowserWorld() {
  const world = await aWorld({ applicationServerKey: vapid.publicKey });
  const subscription = world.handsets.subscribe(person);
  type Content = Partial<Outgoing["content"]>;
  const send = (content: Content = {}, to: object = {}, keys = vapid) => {
    const address = {
      id: "adr_web",
      kind: "device",
      platform: "web",
      value: subscription.endpoint,
      keys: subscription.keys,
      permission: "granted",
      ...to,
    } as const;
    const secret = { ...keys, subject: "mailto:help@northwind.example" };
    return webPushProvider({ secret: async () => secret, now: world.clock.now(), isLocal: true }).send({
      attemptId: "msg_01HZX0000000000000000000MM.1",
      channel: "push",
      to: address,
      from: "https://shop.northwind.example",
      content: { text: "Your parcel is here.", title: "Northwind", mediaUrls: [], ...content },
      validitySeconds: 3600,
      statusUrl: "",
      receipt: { token: "t-1", url: `${world.business.url}/v1/receipts` },
    });
  };
  const receipts = () => world.business.got.map(({ text }): unknown => JSON.parse(text));
  const states = () => world.handsets.notificationsOf(person).map(({ state }) => state);
  return { ...world, subscription, send, receipts, states };
}
