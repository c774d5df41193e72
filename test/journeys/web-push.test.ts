import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";

let laptop: Laptop;
let api: Api;
beforeAll(async () => {
  laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
  api = apiOf(laptop);
});
afterAll(async () => laptop.stop());

/** Somebody with a phone, whose browser has subscribed to the site. */
async function aVisitor(value: string) {
  const { endpoint, keys } = laptop.carriers.handsets.subscribe(value);
  const browser = { kind: "device", platform: "web", value: endpoint, keys, permission: "granted" };
  const addresses = [{ kind: "phone", value, lineType: "mobile" }, browser];
  const { status, body } = await api.post("/v1/contacts", { timeZone: "America/New_York", addresses });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}
const send = async (contactId: string, content: Json, category = "delivery-update") =>
  (await api.post("/v1/messages", { contactId, category, content })).body;
const message = async (id: string): Promise<Json> => (await api.get(`/v1/messages/${id}`)).body;
const notices = (value: string) => laptop.carriers.handsets.notificationsOf(value);
const texts = (value: string) => laptop.carriers.handsets.messagesOf(value);

describe("a notification to a browser", () => {
  it("goes from the API to the lock screen, and is read when somebody presses its button", async () => {
    const ada = "+12125550181";
    const contactId = await aVisitor(ada);
    const push = { badge: 1, actions: [{ id: "track", title: "Track it", link: "https://a.example/track" }] };
    const sent = await send(contactId, { text: "Your parcel arrives today.", title: "Northwind", push });
    expect(sent.plan.steps).toMatchObject([{ channel: "push", senderId: "site" }, { channel: "sms" }]);
    const [notice] = await until(
      "the notification to show",
      () => notices(ada),
      ([first]) => first?.state === "shown",
    );
    expect(notice).toMatchObject({
      platform: "web",
      title: "Northwind",
      body: "Your parcel arrives today.",
      badge: 1,
      link: "https://shop.northwind.example",
      actions: [{ id: "track", link: expect.stringMatching(/^http:\/\/localhost:\d+\/\w{10}$/) }],
    });
    laptop.carriers.handsets.tap(notice?.id ?? "", "track");
    const read = await until(
      "the message to be read",
      () => message(sent.id),
      ({ status }) => status === "read",
    );
    expect(read.attempts).toHaveLength(1);
    expect(read.timeline.at(-1)).toMatchObject({ what: "read", reason: "action: track" });
    expect(texts(ada)).toEqual([]);
  });

  it("replaces the one before when both have the same collapse id", async () => {
    const ben = "+12125550182";
    const contactId = await aVisitor(ben);
    const states = () => notices(ben).map(({ state }) => state);
    await send(contactId, { text: "Ten stops away.", push: { collapseId: "parcel-1" } });
    await until("the first", states, ([first]) => first === "shown");
    await send(contactId, { text: "Two stops away.", push: { collapseId: "parcel-1" } });
    expect(await until("the second", states, (all) => all[1] === "shown")).toEqual(["replaced", "shown"]);
  });

  it("fails over to a text at once when the subscription is over, and is not tried again", async () => {
    const eve = "+12125550183";
    const contactId = await aVisitor(eve);
    laptop.carriers.handsets.set(eve, { appRemoved: true });
    const { id } = await send(contactId, { text: "Your parcel is behind the shed." });
    const done = await until(
      "the text to arrive",
      () => message(id),
      ({ status }) => status === "delivered",
      60,
    );
    expect(done.attempts).toMatchObject([
      { channel: "push", status: "refused", reason: "subscription-gone", code: "410" },
      { channel: "sms", status: "delivered" },
    ]);
    expect(texts(eve)).toHaveLength(1);
    const next = await send(contactId, { text: "It is still there." });
    expect(next.plan.steps).toMatchObject([{ channel: "sms" }]);
    expect(next.considered).toContainEqual(
      expect.objectContaining({ channel: "push", reason: "unreachable" }),
    );
  });

  it("is subscribed to by the page of handsets' own API", async () => {
    const asked = await fetch(`${laptop.url}/handsets/api/handsets/%2B12125550184/subscriptions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await asked.json()).toMatchObject({
      endpoint: expect.stringContaining(`${laptop.url}/web-push/`),
      keys: { auth: expect.stringMatching(/^[\w-]{22}$/), p256dh: expect.stringMatching(/^B[\w-]{86}$/) },
    });
  });
});

describe("the service worker in the docs", () => {
  const page = readFileSync(new URL("../../docs/push.md", import.meta.url), "utf8");
  const [, code = ""] = /```js service-worker\.js\n([\s\S]*?)```/.exec(page) ?? [];

  /** A browser as far as a service worker sees it. */
  function aBrowser() {
    const heard = new Map<string, (event: Json) => void>();
    const shown: Json[] = [];
    const posted: Json[] = [];
    const opened: Json[] = [];
    const badges: Json[] = [];
    const self = {
      addEventListener: (name: string, listener: (event: Json) => void) => heard.set(name, listener),
      registration: {
        showNotification: async (title: string, more: Json) => void shown.push({ title, ...more }),
      },
      navigator: { setAppBadge: async (count: number) => void badges.push(count) },
      clients: { openWindow: async (url: string) => void opened.push(url) },
    };
    const fetch = async (url: string, how: Json) =>
      void posted.push({ url, ...how, body: JSON.parse(how.body) });
    runInNewContext(code, { self, fetch, JSON, Promise });
    const happens = async (name: string, event: Json) => {
      const waited: Promise<unknown>[] = [];
      heard.get(name)?.({ ...event, waitUntil: (work: Promise<unknown>) => waited.push(work) });
      await Promise.all(waited);
    };
    return { shown, posted, opened, badges, happens };
  }

  const notification = {
    title: "Northwind",
    body: "On its way",
    navigate: "https://shop.northwind.example/",
    tag: "order-1",
    actions: [{ action: "track", title: "Track it", navigate: "https://a.example/track" }],
    data: { "heliograph-receipt": "t-1", "heliograph-receipt-url": "https://api.example/v1/receipts" },
  };
  const said = { web_push: 8030, notification, app_badge: 2, mutable: true };

  it("shows the notification and says that it has come", async () => {
    const browser = aBrowser();
    await browser.happens("push", { data: { json: () => said } });
    expect(browser.shown).toMatchObject([{ title: "Northwind", body: "On its way", tag: "order-1" }]);
    expect(browser.badges).toEqual([2]);
    expect(browser.posted).toMatchObject([
      { url: "https://api.example/v1/receipts", mode: "no-cors", body: { token: "t-1", event: "received" } },
    ]);
  });

  it("opens what was tapped, and says which button it was", async () => {
    const browser = aBrowser();
    await browser.happens("push", { data: { json: () => said } });
    const [shown] = browser.shown;
    const close = () => undefined;
    await browser.happens("notificationclick", { action: "", notification: { data: shown.data, close } });
    await browser.happens("notificationclick", {
      action: "track",
      notification: { data: shown.data, close },
    });
    expect(browser.opened).toEqual(["https://shop.northwind.example/", "https://a.example/track"]);
    expect(browser.posted.slice(1).map(({ body }) => body)).toEqual([
      { token: "t-1", event: "opened" },
      { token: "t-1", event: "opened", action: "track" },
    ]);
  });
});
