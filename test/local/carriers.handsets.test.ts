import { expect, test } from "vitest";
import type { Carriers } from "../../local/carriers/carriers.ts";
import { aWorld, longCode, person } from "./carriers.fixture.ts";

test("the page and its files are served, its script bundled", async () => {
  await using world = await aWorld();
  const first = await fetch(`${world.carriers.url}/`, { redirect: "manual" });
  expect([first.status, first.headers.get("location")]).toEqual([302, "/handsets"]);
  const page = await fetch(`${world.carriers.url}/handsets`);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await page.text()).toContain('<script type="module" src="/handsets/page.js">');
  const script = await fetch(`${world.carriers.url}/handsets/page.js`);
  expect(script.headers.get("content-type")).toContain("javascript");
  expect(await script.text()).toContain("EventSource");
  expect((await fetch(`${world.carriers.url}/handsets/page.css`)).status).toBe(200);
  expect((await fetch(`${world.carriers.url}/handsets/nothing`)).status).toBe(404);
});

test("handsets are listed with their conversations, found by digits", async () => {
  await using world = await aWorld();
  await world.client.messages.create({ to: person, from: longCode, body: "Hi Ada" });
  await world.client.messages.create({ to: "+13035550100", from: longCode, body: "Hi Bob" });
  await world.clock.pass(10_000);
  const { json } = apiOf(world.carriers);
  const all = await json("GET", "/handsets?limit=1");
  expect(all.body).toMatchObject({ total: 2, handsets: [{}] });
  const found = await json("GET", "/handsets?q=303%20555");
  expect(found.body).toMatchObject({
    total: 1,
    handsets: [
      {
        id: "+13035550100",
        name: "+1 303 555 0100",
        conversations: [
          {
            sender: { number: longCode, name: "+1 206 555 0100", label: "us-number", canAnswer: true },
            messages: [{ body: "Hi Bob", status: "delivered" }],
          },
        ],
      },
    ],
  });
});

test("a person answers, turns switches and starts over", async () => {
  await using world = await aWorld();
  const { json } = apiOf(world.carriers);
  const one = `/handsets/${encodeURIComponent(person)}`;
  expect((await json("PUT", `${one}/switches`, { phoneOff: true })).body).toMatchObject({
    switches: { phoneOff: true, appOff: false },
  });
  const answer = { from: person, to: longCode, text: "Yes, please" };
  expect(await json("POST", "/answer", answer)).toMatchObject({
    status: 409,
    body: { error: expect.any(String) },
  });
  await json("PUT", `${one}/switches`, { phoneOff: false });
  expect(await json("POST", "/answer", answer)).toMatchObject({ status: 200, body: { body: "Yes, please" } });
  expect((await json("GET", one)).body).toMatchObject({
    conversations: [{ messages: [{ body: "Yes, please" }] }],
  });
  expect(await json("PUT", `${one}/switches`, { phoneOff: "no" })).toMatchObject({ status: 400 });
  expect(await json("POST", "/notifications/none/tap")).toMatchObject({ status: 409 });
  await json("POST", "/reset");
  expect((await json("GET", "/handsets")).body).toMatchObject({ total: 0, handsets: [] });
});

test("a text's story is asked of the business by where its receipts go, and without one there is none", async () => {
  const asked: string[] = [];
  const story = { attemptId: "msg_1.1", message: { id: "msg_1" } };
  await using world = await aWorld({
    askStory: async (reference) => {
      asked.push(reference);
      return reference.includes("msg_1") ? (story as never) : undefined;
    },
  });
  const { json } = apiOf(world.carriers);
  const statusCallback = `${world.business.url}/status/msg_1.1`;
  const known = await world.client.messages.create({
    to: person,
    from: longCode,
    body: "Hi",
    statusCallback,
  });
  const foreign = await world.client.messages.create({ to: person, from: longCode, body: "Who?" });
  expect(await json("GET", `/texts/${known.sid}/story`)).toEqual({ status: 200, body: story });
  expect(asked).toEqual([statusCallback]);
  for (const path of [`/texts/${foreign.sid}/story`, "/texts/SM0/story", "/notifications/none/story"])
    expect(await json("GET", path)).toMatchObject({ status: 409, body: { error: expect.any(String) } });
});

test("another site's page cannot press the buttons", async () => {
  await using world = await aWorld();
  await world.client.messages.create({ to: person, from: longCode, body: "Hi" });
  const simple = await fetch(`${world.carriers.url}/handsets/api/reset`, { method: "POST", body: "{}" });
  expect(simple.status).toBe(415);
  expect(world.handsets.list()).toHaveLength(1);
});

test("watchers hear which handset changed", async () => {
  await using world = await aWorld();
  const watching = new AbortController();
  const events = await fetch(`${world.carriers.url}/handsets/api/events`, { signal: watching.signal });
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  const heard: string[] = [];
  const stopped = world.handsets.onChange((handset) => heard.push(handset));
  await world.client.messages.create({ to: person, from: longCode, body: "Hi" });
  let read = "";
  while (!read.includes("event: changed")) read += (await reader?.read())?.value ?? "";
  expect(read).toContain(JSON.stringify([person]));
  expect(heard).toContain(person);
  stopped();
  watching.abort();
});

function apiOf(carriers: Carriers) {
  const json = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${carriers.url}/handsets/api${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  return { json };
}
