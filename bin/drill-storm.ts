import { strict as assert } from "node:assert";
import { copiesOf, crowdOf, endsOf, sendMany, standingOf } from "./crowd.ts";
import { type Laptop, startLaptop } from "./laptop.ts";
import { openQueueDoor, type Sent } from "./queue-door.ts";
import { apiOf, type Json, until } from "./story.ts";

const people = 20;
const count = 40;
/** How often everything comes that comes once. */
const times = 10;
/** Copies come within this time, in whatever order. */
const withinMilliseconds = 4_000;
/** Noon in New York on a working day. */
const noon = Date.UTC(2026, 10, 23, 17);

/** Repeats every queue message and every callback ten times, in wrong orders: what reaches the phones all the same. */
export async function drillStorm(tell: (text: string) => void): Promise<string> {
  const seen = { items: 0, callbacks: 0 };
  const later: Promise<unknown>[] = [];
  const door = await openQueueDoor((sent, copy) => {
    seen.items += 1;
    for (let number = 1; number < times; number += 1) later.push(soon(() => copy(copyOf(sent, number))));
    return sent;
  });
  const restore = repeatCallbacks((again) => {
    seen.callbacks += 1;
    for (let number = 1; number < times; number += 1) later.push(soon(again));
  });
  const laptop = await startLaptop({
    port: 0,
    now: noon,
    environment: { AWS_ENDPOINT_URL_SQS: door.url },
  });
  try {
    const api = apiOf(laptop);
    const ids = await sendMany(api, await crowdOf(api, people), count, "Parcel");
    const ends = await endsOf(api, ids, 900);
    for (let done = 0; done < later.length;) done = (await Promise.all(later)).length;
    await until("the last copies to be worked off", laptop.cloud.isIdle, Boolean, 900);
    tell(
      `${seen.items} queue messages came ${seen.items * times} times, ${seen.callbacks} callbacks ${seen.callbacks * times} times.`,
    );
    assert.equal(ends.get("delivered"), count, "every message was delivered");
    const copies = copiesOf(laptop, "Parcel");
    assert.equal(copies.size, count, "every message reached the provider");
    const doubled = [...copies.values()].filter((number) => number > 1).length;
    assert.equal(doubled, 0, "one copy on each handset");
    const after = await standingOf(api, ids);
    assert.ok(
      after.every(({ status }) => status === "delivered"),
      "no copy moved a message back",
    );
    const attempts = after.reduce((sum, { attempts: some }: Json) => sum + some.length, 0);
    const calls = callsIn(laptop);
    assert.equal(calls, attempts, "one call for each attempt");
    return `everything ${times} times: ${seen.items * times} queue messages and ${seen.callbacks * times} callbacks for ${count} messages; ${attempts} attempts, ${calls} provider calls, ${count} delivered, 0 lost, ${doubled} doubled`;
  } finally {
    restore();
    await laptop.stop();
    await door.stop();
  }
}

/** Another name, or the queue itself would see that it is a repeat. */
function copyOf(sent: Sent, number: number): Sent {
  const { MessageDeduplicationId: id } = sent;
  return { ...sent, ...(id && { MessageDeduplicationId: `${id}-copy-${number}` }) };
}

function soon(work: () => Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(work().catch(() => undefined)), Math.random() * withinMilliseconds);
  });
}

/** The simulated providers call back from this process: each of their requests can be made again, exactly as it was. */
function repeatCallbacks(onCallback: (again: () => Promise<unknown>) => void): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    if (typeof input === "string" && input.includes("/callbacks/"))
      onCallback(async () => real(input, { ...init, signal: null }));
    return real(input, init);
  };
  return () => void (globalThis.fetch = real);
}

function callsIn(laptop: Laptop): number {
  return laptop.carriers.handsets.truth().texts.filter(({ direction }) => direction !== "inbound").length;
}
