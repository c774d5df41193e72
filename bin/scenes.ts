import { strict as assert } from "node:assert";
import type { Laptop } from "./laptop.ts";
import { apiOf, type Json, until } from "./story.ts";

/** One scene of the demo: throws when something differs from what it tells. */
export interface Scene {
  readonly title: string;
  readonly play: (laptop: Laptop, tell: (text: string) => void) => Promise<void>;
}

/** The story, in the order it is told. */
export const scenes: readonly Scene[] = [
  { title: "1. A notification that is seen: no text message", play: pushSeen },
  { title: "2. A notification nobody sees: one text message, after the wait", play: pushUnseen },
  { title: "3. The proof comes after the text message has started", play: lateReceipt },
  { title: "4. HELP is answered; STOP is final", play: stopAndHelp },
  { title: "5. An offer at night waits for the morning", play: quietHours },
  { title: "6. A sender name that the country does not support", play: alphanumeric },
  { title: "7. The provider's reply is lost: one message all the same", play: lostReply },
];

async function pushSeen(laptop: Laptop, tell: (text: string) => void): Promise<void> {
  const person = await personWith(laptop, "+12125550101", { app: true });
  const id = await send(laptop, person, "delivery-update", "Your parcel arrives today.");
  const shown = await until(
    "the notification",
    () => person.notices(),
    ([first]) => first?.state === "shown",
  );
  tell("The phone shows the notification, and the app says so with its token.");
  const message = await reach(laptop, id, "delivered");
  person.tap(shown[0]?.id ?? "");
  await reach(laptop, id, "read");
  tell("The person taps it: delivered, then read.");
  laptop.cloud.clock.advance(180_000);
  await settled(laptop);
  assert.equal(message.attempts.length, 1);
  assert.equal(person.texts().length, 0, "no text message may follow");
  tell("Three minutes later: still no text message.");
}

async function pushUnseen(laptop: Laptop, tell: (text: string) => void): Promise<void> {
  const person = await personWith(laptop, "+12125550102", { app: true });
  laptop.carriers.handsets.set(person.number, { appOff: true });
  const id = await send(laptop, person, "delivery-update", "Your parcel waits at the desk.");
  await attempt(laptop, id, 1, "provider-accepted");
  assert.equal(person.texts().length, 0);
  tell("The push service took it, which proves nothing: the app is off.");
  laptop.cloud.clock.advance(60_000);
  const message = await reach(laptop, id, "delivered");
  assert.deepEqual(
    message.attempts.map(({ channel }: Json) => channel),
    ["push", "sms"],
  );
  laptop.cloud.clock.advance(600_000);
  await settled(laptop);
  assert.equal(person.texts().length, 1, "exactly one text message");
  tell("A minute later, as planned, one text message; ten minutes later still one.");
}

async function lateReceipt(laptop: Laptop, tell: (text: string) => void): Promise<void> {
  const person = await personWith(laptop, "+12125550103", { app: true });
  laptop.carriers.handsets.set(person.number, { receiptDelaySeconds: 90, noReceipts: true });
  const id = await send(laptop, person, "delivery-update", "Your parcel is on its way.");
  await until(
    "the notification",
    () => person.notices(),
    ([first]) => first?.state === "shown",
  );
  laptop.cloud.clock.advance(61_000);
  await attempt(laptop, id, 2, "carrier-accepted");
  tell("The app was slow to report: after a minute the text message went out.");
  laptop.cloud.clock.advance(60_000);
  const message = await reach(laptop, id, "delivered");
  assert.equal(message.attempts[0].isLate, true);
  assert.ok(message.timeline.some(({ what }: Json) => what === "late-delivered"));
  tell("Then the app's proof arrives: counted, marked late, shown on the timeline.");
}

async function stopAndHelp(laptop: Laptop, tell: (text: string) => void): Promise<void> {
  const person = await personWith(laptop, "+12125550104", {});
  await reach(laptop, await send(laptop, person, "appointment", "See you on Tuesday at 10?"), "delivered");
  person.write("  hElP ");
  await until(
    "the answer to HELP",
    () => person.texts(),
    (texts) => texts.some((text) => text.includes("help@northwind.example")),
  );
  tell("“  hElP ” is answered with who we are and how to reach us.");
  person.write("Stop.");
  await until(
    "the answer to STOP",
    () => person.texts(),
    (texts) => texts.some((text) => text.includes("unsubscribed")),
  );
  tell("“Stop.” is confirmed once, in the ledger, for every purpose.");
  const { body } = await apiOf(laptop).get(`/v1/contacts/${person.contactId}/consents`);
  assert.ok(body.states.every(({ state }: Json) => state === "out"));
  assert.ok(body.ledger.some(({ method }: Json) => method === "keyword"));
  const before = person.texts().length;
  const message = await reach(
    laptop,
    await send(laptop, person, "appointment", "See you on Friday?"),
    "suppressed",
  );
  assert.equal(message.reason, "opted-out");
  assert.equal(person.texts().length, before, "silence after STOP");
  tell("The next message is suppressed, with the reason: opted-out.");
}

async function quietHours(laptop: Laptop, tell: (text: string) => void): Promise<void> {
  const person = await personWith(laptop, "+12125550105", {});
  await apiOf(laptop).post(`/v1/contacts/${person.contactId}/consents`, {
    addressId: person.phoneId,
    purpose: "marketing",
    state: "in",
    method: "web-form",
    textShown: "Yes, text me offers.",
  });
  const { clock } = laptop.cloud;
  const tonight = Date.parse(new Date(clock.now()).toISOString().slice(0, 10)) + 27 * 3_600_000; // 22:00 in New York
  clock.advance(tonight - clock.now());
  const id = await send(laptop, person, "offer", "20 % off until Friday. Reply STOP to stop.");
  const message = await reach(laptop, id, "held");
  const morning = new Date(message.heldUntil);
  assert.equal(
    morning.toLocaleTimeString("en-GB", { timeZone: "America/New_York", timeStyle: "short" }),
    "09:00",
  );
  tell(`At 22:00 in New York it is held until ${morning.toISOString()}: 09:00 there (${message.reason}).`);
  clock.advance(morning.getTime() - clock.now() - 60_000);
  await settled(laptop);
  assert.equal(person.texts().length, 0, "not a minute before");
  clock.advance(60_000);
  const sent = await reach(laptop, id, "delivered");
  const begun = Date.parse(sent.attempts[0].startedAt);
  assert.ok(
    begun >= morning.getTime() && begun < morning.getTime() + 60_000,
    "in the first minute of the hour",
  );
  tell("It leaves in the first minute that is allowed, and not before.");
}

async function alphanumeric(laptop: Laptop, tell: (text: string) => void): Promise<void> {
  const person = await personWith(laptop, "+12125550106", {});
  const message = await reach(
    laptop,
    await send(laptop, person, "delivery-update", "Your parcel is here."),
    "delivered",
  );
  const refused = message.considered.find(({ senderId }: Json) => senderId === "brand-name");
  assert.equal(refused.reason, "alphanumeric-not-supported");
  assert.equal(message.attempts[0].senderId, "us-number");
  tell(
    "“NORTHWIND” is not used for a US number (alphanumeric-not-supported): the text comes from a number that can be answered.",
  );
}

async function lostReply(laptop: Laptop, tell: (text: string) => void): Promise<void> {
  const person = await personWith(laptop, "+12125550107", {});
  laptop.carriers.handsets.set(person.number, { loseReply: true, once: true });
  const id = await send(laptop, person, "delivery-update", "Your parcel was delivered.");
  const message = await reach(laptop, id, "delivered");
  const happened = message.timeline.map(({ what }: Json) => what);
  assert.ok(happened.includes("reply-lost") || message.attempts.length === 1);
  laptop.cloud.clock.advance(1_200_000);
  await settled(laptop);
  assert.equal(person.texts().length, 1, "one text message");
  assert.equal((await read(laptop, id)).attempts.length, 1);
  tell(
    `The connection broke before the answer (${happened.join(" → ")}); the callback told what became of it.`,
  );
  tell("Nothing was sent twice, twenty minutes later neither.");
}

interface Person {
  readonly number: string;
  readonly contactId: string;
  readonly phoneId: string;
  readonly texts: () => string[];
  readonly notices: () => { id: string; state: string }[];
  readonly tap: (notice: string) => void;
  readonly write: (text: string) => void;
}

async function personWith(laptop: Laptop, number: string, { app = false }): Promise<Person> {
  const device = {
    kind: "device",
    value: `handset-${number.slice(1)}`,
    platform: "fcm",
    permission: "granted",
  };
  const addresses = [{ kind: "phone", value: number, lineType: "mobile" }, ...(app ? [device] : [])];
  const { status, body } = await apiOf(laptop).post("/v1/contacts", {
    timeZone: "America/New_York",
    region: "NY",
    country: "US",
    addresses,
  });
  assert.equal(status, 201, JSON.stringify(body));
  const { handsets } = laptop.carriers;
  const received = () =>
    handsets
      .messagesOf(number)
      .filter(({ direction, arrivedAt }) => direction !== "inbound" && arrivedAt !== undefined);
  return {
    number,
    contactId: body.id,
    phoneId: body.addresses[0].id,
    texts: () => received().map(({ body: text }) => text),
    notices: () => handsets.notificationsOf(number).map(({ id, state }) => ({ id, state })),
    tap: (notice) => void handsets.tap(notice),
    write: (text) => void handsets.answer(number, "+15005550006", text),
  };
}

async function send(laptop: Laptop, person: Person, category: string, text: string): Promise<string> {
  const { status, body } = await apiOf(laptop).post("/v1/messages", {
    contactId: person.contactId,
    category,
    content: { text },
  });
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

async function read(laptop: Laptop, id: string): Promise<Json> {
  return (await apiOf(laptop).get(`/v1/messages/${id}`)).body;
}

function reach(laptop: Laptop, id: string, status: string): Promise<Json> {
  return until(
    `status ${status}`,
    () => read(laptop, id),
    (message) => message.status === status,
  );
}

function attempt(laptop: Laptop, id: string, number: number, status: string): Promise<Json> {
  return until(
    `attempt ${number} ${status}`,
    () => read(laptop, id),
    (message) => message.attempts[number - 1]?.status === status,
  );
}

/** Until nothing runs and no queue holds anything, twice in a row: a last receipt may just be on its way. */
async function settled(laptop: Laptop): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = laptop.cloud.isIdle() ? quiet + 1 : 0) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
