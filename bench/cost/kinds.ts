import type { Laptop } from "../../bin/laptop.ts";
import { apiOf, until } from "../../bin/story.ts";
import type { Reading } from "../../local/meter.ts";

/** Somebody to send to, or to hear from. */
interface Person {
  readonly contactId: string;
  readonly number: string;
}

/** A kind of message whose cost is counted. */
export interface Kind {
  readonly name: string;
  readonly title: string;
  /** How many times as many messages as of other kinds. @default 1 */
  readonly times?: number;
  /** What is set up before the meter starts. */
  readonly prepare: (laptop: Laptop, index: number) => Promise<Person>;
  /** What starts one message, or all of them together. */
  readonly begin:
    | ((laptop: Laptop, person: Person, index: number) => Promise<void>)
    | { readonly all: (laptop: Laptop, people: readonly Person[]) => Promise<void> };
  /** Waits until everything has come to its end. */
  readonly end: (laptop: Laptop, count: number) => Promise<void>;
  /** Whether it came to the end that is claimed. */
  readonly check: (laptop: Laptop, people: readonly Person[]) => Promise<void>;
}

/** One of this many sees no notification: it waits out and becomes a text. */
const unseenOneIn = 5;
const text = "Your appointment is on Tuesday at 10:30 at our desk. Reply C to confirm or R to change it.";

/** The kinds of messages there are. */
export const kinds: readonly Kind[] = [
  {
    name: "single",
    title: "one text by API",
    prepare: (laptop, index) => personAt(laptop, `+1212555${1_000 + index}`, []),
    begin: (laptop, person) => send(laptop, person, "appointment"),
    end: (laptop, count) => worked(laptop, { "messages/track-queue": 2 * count }),
    check: (laptop, people) => haveTexts(laptop, people, () => 1),
  },
  {
    name: "failover",
    title: `push with failover to SMS, ${100 / unseenOneIn} % unseen`,
    prepare: async (laptop, index) => {
      const number = `+1213555${1_000 + index}`;
      const token = `handset-${number.slice(1)}`;
      if (isUnseen(index)) laptop.carriers.handsets.set(number, { appOff: true });
      return personAt(laptop, number, [
        { kind: "device", value: token, platform: "fcm", permission: "granted" },
      ]);
    },
    begin: (laptop, person) => send(laptop, person, "delivery-update"),
    end: async (laptop, count) => {
      const unseen = Math.ceil(count / unseenOneIn);
      await worked(laptop, { "messages/track-queue": count - unseen, "senders/deliver-queue": count });
      laptop.cloud.clock.advance(waitSeconds * 1_000);
      await worked(laptop, {
        "messages/track-queue": count + unseen,
        "senders/deliver-queue": count + unseen,
      });
    },
    check: (laptop, people) => haveTexts(laptop, people, (index) => (isUnseen(index) ? 1 : 0)),
  },
  {
    name: "campaign",
    title: `a campaign, push with failover to SMS in cohorts, ${100 / unseenOneIn} % unseen`,
    // The first and the last cohort of a campaign are never full: a few seconds' worth would be mostly those.
    times: 3,
    prepare: async (laptop, index) => {
      const number = `+1215555${1_000 + index}`;
      const token = `handset-${number.slice(1)}`;
      if (isUnseen(index)) laptop.carriers.handsets.set(number, { appOff: true });
      const device = { kind: "device", value: token, platform: "fcm", permission: "granted" };
      return personAt(laptop, number, [device], "marketing");
    },
    begin: { all: launch },
    end: async (laptop, count) => {
      const unseen = Math.ceil(count / unseenOneIn);
      await worked(laptop, { "messages/track-queue": count - unseen, "senders/deliver-queue": count });
      laptop.cloud.clock.advance(cohortSeconds * 1_000);
      await worked(laptop, {
        "messages/track-queue": count + unseen,
        "senders/deliver-queue": count + unseen,
      });
    },
    check: (laptop, people) => haveTexts(laptop, people, (index) => (isUnseen(index) ? 1 : 0)),
  },
  {
    name: "inbound",
    title: "a text from a person",
    prepare: (laptop, index) => personAt(laptop, `+1214555${1_000 + index}`, []),
    begin: async (laptop, { number }, index) => {
      await worked(laptop, { "inbound/inbound-queue": index - mostOnTheirWay });
      laptop.carriers.handsets.answer(number, "+15005550006", "Thank you, I will be there at half past ten");
    },
    end: (laptop, count) => worked(laptop, { "inbound/inbound-queue": count }),
    check: (laptop, people) => haveTexts(laptop, people, () => 1),
  },
];

/** The category's wait for a notification, and a moment more. */
const waitSeconds = 61;
/** The same for the campaign's category, whose cohorts move on at full six seconds. */
const cohortSeconds = 310;
/** Recipients on a page. */
const pageSize = 1_000;
/** Requests at once: as many as this machine answers without their waiting for each other, which on AWS they do not. */
const inParallel = 4;
/** Texts of people at once: a carrier that hears nothing for fifteen seconds from a busy laptop gives up. */
const mostOnTheirWay = 250;
/** Runs whatever the traffic is: not a message's cost. */
const always = new Set(["messages/sweep-schedule", "campaigns/look-after-schedule"]);

/** Sends a number of messages of a kind through everything that is deployed and reads the meter. */
export async function measure(laptop: Laptop, kind: Kind, count: number): Promise<Reading> {
  await run(laptop, kind, await prepareAll(laptop, kind, unseenOneIn, count));
  const people = await prepareAll(laptop, kind, count, 0);
  const reading = await run(laptop, kind, people);
  await kind.check(laptop, people);
  return withoutAlways(reading);
}

function withoutAlways({ paths }: Reading): Reading {
  const own = Object.entries(paths).filter(([path]) => !always.has(path));
  const total: Partial<Record<string, number>> = {};
  for (const [, { counts }] of own)
    for (const [what, amount] of Object.entries(counts)) total[what] = (total[what] ?? 0) + amount;
  return { total, paths: Object.fromEntries(own) };
}

async function prepareAll(
  laptop: Laptop,
  kind: Kind,
  count: number,
  from: number,
): Promise<readonly Person[]> {
  return inLanes(count, (index) => kind.prepare(laptop, from + index));
}

async function run(laptop: Laptop, kind: Kind, people: readonly Person[]): Promise<Reading> {
  await quiet(laptop);
  laptop.cloud.meter.reset();
  const { begin } = kind;
  if ("all" in begin) await begin.all(laptop, people);
  else
    await inLanes(people.length, async (index) => {
      const person = people[index];
      if (person) await begin(laptop, person, index);
    });
  await kind.end(laptop, people.length);
  await quiet(laptop);
  return laptop.cloud.meter.reading();
}

function isUnseen(index: number): boolean {
  return index % unseenOneIn === 0;
}

async function personAt(
  laptop: Laptop,
  number: string,
  devices: readonly object[],
  purpose?: "marketing",
): Promise<Person> {
  const addresses = [{ kind: "phone", value: number, lineType: "mobile" }, ...devices];
  const { status, body } = await apiOf(laptop).post("/v1/contacts", {
    timeZone: "America/New_York",
    addresses,
  });
  if (status !== 201) throw new Error(`The contact was not made: ${JSON.stringify(body)}`);
  const contactId = String(body.id);
  for (const { id: addressId } of purpose ? body.addresses : [])
    await apiOf(laptop).post(`/v1/contacts/${contactId}/consents`, {
      addressId,
      purpose,
      state: "in",
      method: "web-form",
      textShown: "Yes, tell me what is new.",
    });
  return { contactId, number };
}

async function launch(laptop: Laptop, people: readonly Person[]): Promise<void> {
  const api = apiOf(laptop);
  const { body } = await api.post("/v1/campaigns", { name: "bench", category: "news", content: { text } });
  for (let from = 0; from < people.length; from += pageSize) {
    const contactIds = people.slice(from, from + pageSize).map(({ contactId }) => contactId);
    const page = 1 + from / pageSize;
    const { status } = await api.put(`/v1/campaigns/${body.id}/recipients/${page}`, { contactIds });
    if (status !== 200) throw new Error(`Page ${page} was not added`);
  }
  const launched = await api.post(`/v1/campaigns/${body.id}/launch`, {});
  if (launched.status !== 202) throw new Error(`It was not launched: ${JSON.stringify(launched.body)}`);
}

async function send(laptop: Laptop, { contactId, number }: Person, category: string): Promise<void> {
  const headers = { "idempotency-key": `bench-${number}` };
  const { status, body } = await apiOf(laptop).post(
    "/v1/messages",
    { contactId, category, content: { text } },
    headers,
  );
  if (status !== 202) throw new Error(`The message was not accepted: ${JSON.stringify(body)}`);
}

/** Waits until functions have taken that many items off their queues. */
async function worked(laptop: Laptop, items: Readonly<Record<string, number>>): Promise<void> {
  const done = () => {
    const { paths } = laptop.cloud.meter.reading();
    return Object.keys(items).map((path) => paths[path]?.counts["sqs.deletedMessages"] ?? 0);
  };
  const wanted = Object.values(items);
  await until(
    `the work of ${JSON.stringify(items)}`,
    done,
    (counts) => counts.every((count, index) => count >= (wanted[index] ?? 0)),
    600,
  );
}

/** Until nothing runs and nothing waits, three times in a row. */
async function quiet({ cloud }: Laptop): Promise<void> {
  for (let times = 0; times < 3; times = cloud.isIdle() ? times + 1 : 0)
    await new Promise((resolve) => setTimeout(resolve, 150));
}

async function haveTexts(
  { carriers }: Laptop,
  people: readonly Person[],
  wanted: (index: number) => number,
): Promise<void> {
  for (const [index, { number }] of people.entries()) {
    const count = carriers.handsets.messagesOf(number).length;
    if (count !== wanted(index)) throw new Error(`${number} has ${count} texts instead of ${wanted(index)}`);
  }
}

async function inLanes<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lanes = Array.from({ length: inParallel }, async () => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index);
  });
  await Promise.all(lanes);
  return results;
}
