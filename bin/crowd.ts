import { strict as assert } from "node:assert";
import { finalStatuses, type Status } from "../functions/messages/message.ts";
import type { Laptop } from "./laptop.ts";
import { type Api, type Json, until } from "./story.ts";

/** How many requests are under way at once. */
const inParallel = 16;

/** People with a phone each, by the ids of their contacts. */
export function crowdOf(api: Api, count: number): Promise<string[]> {
  return pool(count, async (index) => {
    const addresses = [{ kind: "phone", value: `+1212555${1000 + index}`, lineType: "mobile" }];
    const { status, body } = await api.post("/v1/contacts", {
      timeZone: "America/New_York",
      country: "US",
      addresses,
    });
    assert.equal(status, 201, JSON.stringify(body));
    return String(body.id);
  });
}

/** Sends as many messages as asked, one person after the other; their texts are all different. */
export function sendMany(
  api: Api,
  people: readonly string[],
  count: number,
  word: string,
  category = "delivery-update",
): Promise<string[]> {
  return pool(count, async (index) => {
    const { status, body } = await api.post("/v1/messages", {
      contactId: people[index % people.length],
      category,
      content: { text: `${word} ${index}` },
    });
    assert.equal(status, 202, JSON.stringify(body));
    return String(body.id);
  });
}

/** Where messages stand, with why. */
export function standingOf(api: Api, ids: readonly string[]): Promise<Json[]> {
  return pool(ids.length, async (index) => (await api.get(`/v1/messages/${ids[index]}`)).body);
}

/** Waits until all messages have ended, and returns how many ended in which way. */
export async function endsOf(
  api: Api,
  ids: readonly string[],
  seconds: number,
): Promise<Map<string, number>> {
  let all: Json[] = [];
  await until(
    "every message to end; last seen is one that has not",
    async () =>
      (all = await standingOf(api, ids)).flatMap((message) =>
        hasEnded(message) ? [] : [{ status: message.status, timeline: message.timeline }],
      ),
    (left) => left.length === 0,
    seconds,
  );
  const counts = new Map<string, number>();
  for (const { status } of all) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

function hasEnded({ status }: Json): boolean {
  return finalStatuses.has(String(status) as Status);
}

/** Texts that the provider took for people, by what they say: more than once is a double. */
export function copiesOf(laptop: Laptop, word: string): Map<string, number> {
  const copies = new Map<string, number>();
  for (const { body, direction } of laptop.carriers.handsets.truth().texts)
    if (direction !== "inbound" && body.startsWith(`${word} `)) copies.set(body, (copies.get(body) ?? 0) + 1);
  return copies;
}

async function pool<R>(count: number, work: (index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lanes = Array.from({ length: inParallel }, async () => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  });
  await Promise.all(lanes);
  return results;
}
