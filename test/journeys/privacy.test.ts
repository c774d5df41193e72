import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";
import { aReceiver } from "../integrations/receiver.fixture.ts";
import { synthesizeWhole } from "../whole-business.ts";
import { aWiretap } from "./wiretap.fixture.ts";

/** What belongs to people, planted wherever the API, a phone or a provider takes something. */
const markers = [
  "Zebedee-Quux",
  "2125550177",
  "2125550178",
  "MARKER-TEXT",
  "MARKER-TITLE",
  "MARKER-ANSWER",
  "MARKER-EXTERNAL",
  "MARKER-ATTRIBUTE",
  "MARKER-REASON",
  "marker-link",
  "MARKER-POISON",
  "marker-mailbox",
  "MARKER-SUBJECT",
  "MARKER-HTML",
] as const;
const number = "+12125550177";
const other = "+12125550178";
const data = mkdtempSync(join(tmpdir(), "heliograph-privacy-"));
const assembly = synthesizeWhole();
let laptop: Laptop;
let api: Api;
let wiretap: Awaited<ReturnType<typeof aWiretap>>;
let receiver: Awaited<ReturnType<typeof aReceiver>>;

beforeAll(async () => {
  wiretap = await aWiretap();
  receiver = await aReceiver();
  const { environment } = wiretap;
  laptop = await startLaptop({ port: 0, data, assembly, environment, now: Date.UTC(2026, 10, 23, 17) });
  wiretap.services.url = laptop.cloud.environment["AWS_ENDPOINT_URL"] ?? "";
  api = apiOf(laptop);
}, 400_000);
afterAll(async () => {
  await laptop.stop();
  await wiretap.close();
  await receiver.close();
  for (const folder of [data, assembly]) rmSync(folder, { recursive: true, force: true });
});

const phone = (value: string) => ({ kind: "phone", value, lineType: "mobile" });
const app = { kind: "device", value: "handset-12125550177", platform: "fcm", permission: "granted" };
const contactOf = async (addresses: readonly object[], more: object = {}): Promise<string> =>
  (await api.post("/v1/contacts", { timeZone: "America/New_York", addresses, ...more })).body.id;
const send = async (contactId: string, category: string, content: object): Promise<string> => {
  const { status, body } = await api.post("/v1/messages", { contactId, category, content });
  expect(status, JSON.stringify(body)).toBe(202);
  return body.id;
};
const reach = (id: string, ...statuses: string[]) =>
  until(
    `${id} to be ${statuses.join(" or ")}`,
    async () => (await api.get(`/v1/messages/${id}`)).body,
    (message: Json) => statuses.includes(message.status),
    120,
  );

it("keeps what belongs to people out of logs, metrics, queue attributes, events, machines and webhooks", async () => {
  const { handsets } = laptop.carriers;
  await api.post("/v1/webhooks", { url: receiver.url, description: "MARKER-REASON" });
  const contactId = await contactOf([phone(number), app], {
    name: "Zebedee-Quux",
    externalId: "MARKER-EXTERNAL",
    attributes: { plan: "MARKER-ATTRIBUTE" },
  });
  const quiet = await contactOf([phone(other)], { name: "Zebedee-Quux" });

  // A notification nobody sees, and its text; a text with a link that is followed.
  handsets.set(number, { appOff: true });
  const link = "https://northwind.example/marker-link";
  const content = { title: "MARKER-TITLE", text: "MARKER-TEXT one {{link}}", link };
  const failedOver = await send(contactId, "delivery-update", content);
  await until(
    "the notification to be taken",
    async () => (await api.get(`/v1/messages/${failedOver}`)).body.attempts?.[0]?.status,
    (status) => status === "provider-accepted",
    120,
  );
  laptop.cloud.clock.advance(61_000);
  const delivered = await reach(failedOver, "delivered");
  expect(delivered.attempts.map(({ channel }: Json) => channel)).toEqual(["push", "sms"]);
  laptop.cloud.clock.advance(60_000);
  const short = new URL(delivered.content.link);
  expect(delivered.content.text).toBe(`MARKER-TEXT one ${short.href}`);
  const agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
  const asPerson = { "user-agent": agent, "accept-language": "en", accept: "text/html" };
  for (const headers of [{ "user-agent": "WhatsApp/2.23 A" }, asPerson])
    expect(await visit(short, headers)).toEqual({ status: 302, location: link });
  expect(await visit(short, asPerson, "HEAD")).toEqual({ status: 302, location: link });
  expect(await visit(new URL(`/AAAAAAAAAA?url=${link}`, short), asPerson)).toEqual({ status: 404 });
  const clicked = await until(
    "the click on the timeline",
    async () => (await api.get(`/v1/messages/${failedOver}`)).body.timeline,
    (timeline: Json[]) => timeline.some(({ what }) => what === "clicked"),
  );
  expect(clicked.filter(({ what }: Json) => what === "clicked")).toHaveLength(1);
  expect(clicked.length).toBeGreaterThan(6);

  // An e-mail that arrives and is left by its button, and one that comes back.
  const mailbox = "marker-mailbox@example.com";
  const reader = await contactOf([{ kind: "email", value: mailbox }], { name: "Zebedee-Quux" });
  const mail = {
    text: "MARKER-TEXT four",
    subject: "MARKER-SUBJECT",
    html: "<p>MARKER-HTML {{unsubscribe}}</p>",
  };
  await reach(await send(reader, "receipt", mail), "delivered");
  const [arrived] = handsets.mailsOf(mailbox);
  const leave = /http\S+(?=<)/.exec(arrived?.html ?? "")?.[0] ?? "";
  handsets.set(mailbox, { mailbox: "gone" });
  await reach(await send(reader, "receipt", mail), "undelivered");
  expect((await fetch(leave, { method: "POST" })).status).toBe(200);

  // What goes wrong: the provider's error, a lost reply, bad requests, poison on a queue, an operator's own words.
  handsets.set(other, { errorCode: 30_008, once: true });
  await reach(await send(quiet, "appointment", { text: "MARKER-TEXT two" }), "undelivered", "failed");
  handsets.set(other, { loseReply: true, once: true });
  const lost = await send(quiet, "appointment", { text: "MARKER-TEXT three" });
  for (const body of [
    { "MARKER-TEXT": 1 },
    { contactId: "MARKER-TEXT", category: "MARKER-TEXT", content: {} },
  ])
    expect((await api.post("/v1/messages", body)).status).toBe(400);
  await api.post("/v1/contacts", { name: 7, addresses: [{ kind: "phone", value: "MARKER-TEXT" }] });
  const callbacks = (laptop.cloud.outputs["CallbacksUrl"] ?? "").replace(/\/$/, "");
  await fetch(`${callbacks}/callbacks/twilio-main/inbound`, {
    method: "POST",
    body: `From=${number}&Body=MARKER-TEXT`,
  });
  await poison(["Track", "Intake", "Inbound"]);
  await api.put("/v1/switches/category/offer", { reason: "MARKER-REASON" });
  await api.remove("/v1/switches/category/offer");
  await send(contactId, "offer", { text: "MARKER-TEXT held for the night" });
  await reach(lost, "delivered", "sent", "unknown");

  // What people write, and STOP.
  handsets.answer(number, "+15005550006", "MARKER-ANSWER yes");
  handsets.answer(other, "+15005550006", "STOP MARKER-ANSWER");
  handsets.answer(other, "+15005550006", "STOP");
  await until(
    "the opt-out",
    () => receiver.got.map(({ event }) => `${event.type} ${event.data.contactId}`),
    (told) => told.includes(`consent.changed ${quiet}`) && told.includes(`message.clicked ${contactId}`),
    120,
  );
  const sinks = sinksOf();
  for (const [sink, text] of Object.entries(sinks)) {
    expect(text.length, `${sink} has something in it`).toBeGreaterThan(100);
    const found = markers.filter((marker) => text.includes(marker));
    expect(found, `${sink}: ${found.map((marker) => around(text, marker)).join("\n")}`).toEqual([]);
  }
  expect(sinks["metrics"], "metrics are written").toContain("CloudWatchMetrics");
  expect(sinks["logs"], "and what was planted as poison was noticed").toContain("poison-item");
  // The search itself: what may hold it, does.
  expect(wiretap.calls.some(({ input }) => JSON.stringify(input).includes("MARKER-ANSWER"))).toBe(true);
}, 600_000);

/** A visit as a browser makes it; fetch would say that it is a program. */
async function visit(url: URL, headers: Record<string, string>, method = "GET") {
  const [response] = await once(request(url, { method, headers }).end(), "response");
  response.resume();
  const { location } = response.headers;
  return { status: response.statusCode, ...(location && { location }) };
}

/** Items that fit no handler, with something personal in them. */
async function poison(names: readonly string[]): Promise<void> {
  const known = new Set(
    wiretap.calls.map(({ input }) => input["QueueUrl"]).filter((url) => typeof url === "string"),
  );
  const [first = ""] = known;
  const client = new SQSClient({
    endpoint: new URL(first).origin,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  for (const QueueUrl of known)
    if (names.some((name) => QueueUrl.includes(name)) || !QueueUrl.endsWith(".fifo"))
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"MARKER-POISON": "2125550177"}' }));
  client.destroy();
}

/** Everything that may hold nothing personal, as text. */
function sinksOf(): Record<string, string> {
  const folder = join(data, "cloud", "logs");
  const read = (pattern: string) =>
    globSync(pattern, { cwd: folder })
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
  const called = (name: RegExp) => wiretap.calls.filter(({ operation }) => name.test(operation));
  const logs = read("*.log");
  const sends = called(/\.SendMessage/);
  const attributes = sends.map(({ input: { MessageBody: _body, ...rest } }) => rest);
  // What people write stands in one queue's bodies, encrypted; no other queue carries it.
  const bodies = sends.filter(({ input }) => !String(input["QueueUrl"]).includes("Inbound"));
  return {
    logs,
    metrics: logs
      .split("\n")
      .filter((line) => line.includes("CloudWatchMetrics"))
      .join("\n"),
    journal: read("*.jsonl"),
    "queue attributes": JSON.stringify(attributes),
    "queue bodies": JSON.stringify(bodies),
    "state machines": JSON.stringify(called(/^AWSStepFunctions\./)),
    events: JSON.stringify(called(/^AWSEvents\./)),
    webhooks: JSON.stringify(receiver.got),
  };
}

function around(text: string, marker: string): string {
  const at = text.indexOf(marker);
  return text.slice(Math.max(0, at - 200), at + 100);
}
