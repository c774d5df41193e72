import { strict as assert } from "node:assert";
import { copiesOf, crowdOf, endsOf, sendMany, standingOf } from "./crowd.ts";
import { type Laptop, startLaptop } from "./laptop.ts";
import { type Api, apiOf, type Json, until } from "./story.ts";

const offers = 300;
const people = 300;
/** Noon in New York on a working day. */
const noon = Date.UTC(2026, 10, 23, 17);
const sentBefore = 40;
const outageMinutes = 120;
/** Urgent messages at the moment the provider goes out, and then one in so many minutes. */
const alertsAtOnce = 10;
const alertEvery = 3;
/** How long a provider that works again may go unnoticed, and lost replies be asked after. */
const lookMinutes = 10;
const askMinutes = 40;

/**
 * The provider of a backlog is out for two hours, an hour without an answer and an hour with server errors: what cannot wait
 * goes over to another one, marketing waits, nobody storms, and all of it drains at the sender's rate afterwards.
 */
export async function drillOutage(tell: (text: string) => void): Promise<string> {
  const laptop = await startLaptop({ port: 0, now: noon });
  const { outages } = laptop.carriers;
  try {
    const api = apiOf(laptop);
    const crowd = await crowdOf(api, people);
    // Who has just had an offer from the provider keeps it from saying for certain that an alert never came.
    const others = crowd.toReversed();
    await Promise.all(crowd.map((id) => optIn(api, id)));
    const offered = await sendMany(api, crowd, offers, "Offer", "offer");
    await until(
      "a part of the backlog to be sent",
      () => textsOf(laptop, "Offer").length,
      (sent) => sent > sentBefore,
      180,
    );
    outages.set("twilio", "silence");
    const outAt = laptop.cloud.clock.now();
    tell(`${textsOf(laptop, "Offer").length} of ${offers} offers were sent when the provider fell silent.`);
    const alerts = await sendMany(api, others, alertsAtOnce, "Alert0", "fraud-alert");
    await until(
      "the circuit to open",
      () => circuitsOf(api),
      ([circuit]) => circuit !== undefined,
      120,
    );
    const openAfter = (laptop.cloud.clock.now() - outAt) / 1000;
    const rest = await until(
      "all offers to wait",
      () => standingOf(api, offered),
      (all) => all.every(({ status }) => status !== "accepted" && status !== "queued"),
      300,
    );
    const held = rest.filter(({ status }) => status === "held").length;
    tell(`The circuit opened after ${openAfter.toFixed(1)} s; ${held} offers wait.`);

    for (let minute = 0; minute < outageMinutes; minute += 1) {
      if (minute === outageMinutes / 2) outages.set("twilio", "errors");
      if (minute % alertEvery === 0)
        alerts.push(...(await sendMany(api, others.slice(minute), 1, `Alert${minute + 1}`, "fraud-alert")));
      await pass(laptop);
    }
    const { POST: sends = 0, GET: asks = 0 } = outages.counts();
    const overAt = laptop.cloud.clock.now();
    outages.set("twilio", undefined);
    tell(
      `Two hours later: ${sends} messages were sent into the outage, and the provider was asked ${asks} times.`,
    );

    for (let minute = 0; (await circuitsOf(api)).length > 0; minute += 1) {
      assert.ok(minute < lookMinutes, "a provider that works again is noticed");
      await pass(laptop);
    }
    const closedAt = laptop.cloud.clock.now();
    const drained = await until(
      "what waited to be sent",
      () => textsOf(laptop, "Offer").filter(({ createdAt }) => createdAt >= overAt),
      (sent) => sent.length >= held,
      300,
    );
    const times = drained.map(({ createdAt }) => createdAt).filter((at) => at >= closedAt - 1000);
    const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
    tell(`${drained.length} offers drained in ${seconds.toFixed(1)} s.`);

    const stopPassing = passWhileIdle(laptop, askMinutes);
    const ends = await endsOf(api, [...offered, ...alerts], 420).finally(stopPassing);
    const standing = await standingOf(api, alerts);
    for (const message of await standingOf(api, offered.concat(alerts)))
      if (message.status !== "delivered") tell(JSON.stringify(message.timeline));
    const lags = standing.flatMap((message) => lagOf(laptop, message));
    const copies = [...copiesOf(laptop, "Offer").values(), ...alertCopies(laptop)];
    const all = offers + alerts.length;
    assert.equal(copies.length, all, `every message reached a provider: ${JSON.stringify([...ends])}`);
    const doubled = copies.filter((count) => count > 1).length;
    assert.equal(doubled, 0, "none was sent twice");
    assert.equal(ends.get("delivered"), all, `every message was delivered: ${JSON.stringify([...ends])}`);
    const inDoubt = alerts.length - lags.length;
    return `outage of ${outageMinutes} min: circuit open after ${openAfter.toFixed(1)} s; ${lags.length} of ${alerts.length} urgent went over in ${median(lags).toFixed(1)} s (median; longest ${Math.max(...lags).toFixed(1)} s), ${inDoubt} in doubt until the provider could be asked; ${held} of ${offers} offers held; ${sends} calls and ${asks} look-ups in the outage; noticed ${((closedAt - overAt) / 1000).toFixed(0)} s after it; ${times.length} drained in ${seconds.toFixed(1)} s; lost ${all - copies.length}, doubled ${doubled}`;
  } finally {
    await laptop.stop();
  }
}

async function optIn(api: Api, contactId: string): Promise<void> {
  const { body } = await api.get(`/v1/contacts/${contactId}`);
  const reply = await api.post(`/v1/contacts/${contactId}/consents`, {
    addressId: body.addresses[0].id,
    purpose: "marketing",
    state: "in",
    method: "web-form",
  });
  assert.ok(reply.status < 300, JSON.stringify(reply.body));
}

/** Connections whose providers are out. */
async function circuitsOf(api: Api): Promise<Json[]> {
  return (await api.get("/v1/switches?limit=1")).body.out;
}

/** A minute passes at once, when nothing is under way any more. */
async function pass(laptop: Laptop): Promise<void> {
  await until("everything to rest", () => laptop.cloud.isIdle(), Boolean, 400);
  laptop.cloud.clock.advance(60_000);
  await new Promise((resolve) => setTimeout(resolve, 250));
}

function passWhileIdle(laptop: Laptop, limit: number): () => void {
  let minutes = 0;
  const timer = setInterval(() => {
    if (minutes >= limit || !laptop.cloud.isIdle()) return;
    minutes += 1;
    laptop.cloud.clock.advance(60_000);
  }, 1_000);
  return () => clearInterval(timer);
}

/** Texts that a provider has taken. */
function textsOf(laptop: Laptop, word: string) {
  return laptop.carriers.handsets
    .truth()
    .texts.filter(({ direction, body }) => direction !== "inbound" && body.startsWith(word));
}

function alertCopies(laptop: Laptop): number[] {
  const bodies = Map.groupBy(textsOf(laptop, "Alert"), ({ body }) => body);
  return [...bodies.values()].map((texts) => texts.length);
}

/** Seconds from the request to the second provider, for those that went over to it. */
function lagOf(laptop: Laptop, message: Json): number[] {
  const text = textsOf(laptop, "Alert").find(({ body }) => body === message.content.text);
  const isOver = text?.configurationSet !== undefined;
  return isOver ? [(text.createdAt - Date.parse(message.createdAt)) / 1000] : [];
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
