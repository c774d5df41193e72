import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "../../bin/build.ts";
import { synthesize } from "../../bin/synth.ts";
import { type Status, finalStatuses } from "../../functions/messages/message.ts";
import { hashOfKey, newApiKey } from "../../functions/platform/api-key.ts";
import { apiKeyStore } from "../../functions/platform/api-key.store.ts";
import { tables } from "../../functions/platform/aws.store.ts";
import { startCloud } from "../../local/cloud.ts";
import { freePort } from "../../local/free-port.ts";
import { fastBusiness, places } from "./fast-business.ts";
import type { Measured } from "./measured.ts";
import type { Answer, Order } from "./order.ts";

// The whole of Heliograph on this machine, in the bench's own checkout; who calls it and whom it calls are processes of their own.
const count = Number(process.argv[2]);
const people = Math.min(2_000, count);
/** Sent first: functions are loaded and compiled by then. */
const warmUp = Math.min(1_000, count);
const inParallel = 48;
/** After this long without a receipt none is on its way. */
const quietSeconds = 30;
/** Looks after what is left, a minute of the cloud's clock each. */
const mostLooks = 60;
/** Noon in New York, evening in Europe, on a working day. */
const now = Date.UTC(2026, 10, 23, 17);
const credentials = { accountSid: `AC${"0".repeat(32)}`, authToken: "a token of sixteen or more" };

await build();
await synthesize();
const [port, carrierPort] = [await freePort(), await freePort()];
const baseUrl = `http://127.0.0.1:${carrierPort}`;
const cloud = await startCloud({
  assembly: "cdk.out",
  port,
  now,
  secrets: { "heliograph/prod/twilio-main": JSON.stringify({ ...credentials, baseUrl }) },
});
const apiKey = newApiKey(randomBytes(32));
const keys = apiKeyStore(tables(cloud.environment), cloud.outputs["CatalogTable"] ?? "");
await keys.keep(hashOfKey(apiKey), {
  keyId: "key_bench",
  name: "bench",
  scopes: ["*"],
  requestsPerMinute: 1_000_000,
  createdAt: now,
});
const numbers = fastBusiness.senders.map(({ identity, mps }) => ({ number: identity, mps, optOut: "none" }));
const accounts = JSON.stringify({ accounts: [{ ...credentials, numbers }], now });
const carriers = await started("carriers", [String(carrierPort), accounts]);
const caller = await started("caller", [cloud.url, apiKey]);

const contacts = (await call(range(people).map(contactOf))).answers.map(({ id }) => id);
await send(warmUp, "Warm");
process.send?.(await measured());
process.exit();

async function measured(): Promise<Measured> {
  const runningBefore = runningMicroseconds();
  const [before, carriersBefore] = [process.cpuUsage(), await usageOf(carriers)];
  const begun = cloud.clock.now();
  const { ids, acceptedSeconds, callerCpu, late } = await send(count, "Parcel");
  const { user, system } = process.cpuUsage(before);
  const functions = runningMicroseconds() - runningBefore;
  const carriersCpu = (await usageOf(carriers)) - carriersBefore;
  const { answers } = await look(ids);
  const copies = Map.groupBy(await textsTaken("Parcel"), (text) => text);
  return {
    seconds: (Math.max(...answers.map(({ lastAt }) => lastAt)) - begun) / 1000,
    acceptedSeconds,
    cpu: {
      "our functions": functions,
      "local tables, queues and gateway": user + system - functions,
      "the carriers": carriersCpu,
      "the caller": callerCpu,
    },
    ends: Object.fromEntries(
      [...Map.groupBy(answers, ({ status }) => status)].map(([status, some]) => [status, some.length]),
    ),
    open: answers.filter(isOpen).length,
    reached: copies.size,
    late,
    doubled: [...copies.values()].filter(({ length }) => length > 1).length,
  };
}

async function send(some: number, word: string) {
  const begun = performance.now();
  const trackedBefore = tracked();
  const { answers, callerCpu } = await call(range(some).map((index) => messageOf(index, word)));
  const acceptedSeconds = (performance.now() - begun) / 1000;
  const ids = answers.map(({ id }) => id);
  // Two receipts for each: the carrier has it, and the phone has it.
  const areAllTracked = await allTracked(trackedBefore + 2 * some);
  return { ids, acceptedSeconds, callerCpu, late: areAllTracked ? 0 : await bringToEnd(ids) };
}

/** Whether so many receipts were tracked; false once nothing has come for a while. */
async function allTracked(receipts: number): Promise<boolean> {
  let [seen, since] = [tracked(), performance.now()];
  while (seen < receipts) {
    await pause(50);
    if (tracked() > seen) [seen, since] = [tracked(), performance.now()];
    else if (performance.now() - since > quietSeconds * 1000) return false;
  }
  return true;
}

/** What is left is the sweeper's: its minutes are let pass. Returns how many messages that were. */
async function bringToEnd(ids: readonly string[]): Promise<number> {
  let open = await openOf(ids);
  const late = open.length;
  for (let looks = 0; open.length > 0 && looks < mostLooks; looks += 1) {
    cloud.clock.advance(60_000);
    await pause(3_000);
    open = await openOf(open);
  }
  return late;
}

async function openOf(ids: readonly string[]): Promise<readonly string[]> {
  const { answers } = await look(ids);
  return answers.filter(isOpen).map(({ id }) => id);
}

function isOpen({ status }: Answer): boolean {
  return !finalStatuses.has(status as Status);
}

function look(ids: readonly string[]) {
  return call(ids.map((id) => ({ method: "GET", path: `/v1/messages/${id}` })));
}

function tracked(): number {
  return cloud.meter.reading().paths["messages/track-queue"]?.counts["sqs.deletedMessages"] ?? 0;
}

/** Processor time of the functions' own threads. */
function runningMicroseconds(): number {
  return (cloud.meter.reading().total["lambda.runningSeconds"] ?? 0) * 1e6;
}

function contactOf(index: number): Order {
  const { country, timeZone, firstNumber } = placeOf(index);
  const addresses = [{ kind: "phone", value: `+${firstNumber + index}`, lineType: "mobile" }];
  return {
    method: "POST",
    path: "/v1/contacts",
    key: `person-${index}`,
    body: JSON.stringify({ country, timeZone, addresses }),
  };
}

function messageOf(index: number, word: string): Order {
  const text = `${word} ${index} arrives today between 10:00 and 12:00. Follow it at https://northwind.example/t/${index}`;
  const asked = { contactId: contacts[index % people], category: "delivery-update", content: { text } };
  return { method: "POST", path: "/v1/messages", key: `${word}-${index}`, body: JSON.stringify(asked) };
}

function placeOf(index: number): (typeof places)[number] {
  return places[index % places.length] ?? places[0];
}

async function call(orders: readonly Order[]): Promise<{ answers: readonly Answer[]; callerCpu: number }> {
  const { answers, usage } = await told<{ answers: Answer[]; usage: NodeJS.CpuUsage }>(caller, {
    orders,
    inParallel,
  });
  return { answers, callerCpu: usage.user + usage.system };
}

async function usageOf(child: ChildProcess): Promise<number> {
  const { user, system } = await told<NodeJS.CpuUsage>(child, "usage");
  return user + system;
}

async function textsTaken(word: string): Promise<readonly string[]> {
  return (await told<readonly string[]>(carriers, "texts")).filter((text) => text.startsWith(`${word} `));
}

async function told<T>(child: ChildProcess, asked: string | object): Promise<T> {
  child.send(asked);
  const [answer] = (await once(child, "message")) as [T];
  return answer;
}

async function started(name: string, words: readonly string[]): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(`${name}.process.ts`, import.meta.url)), words);
  child.once("exit", (code) => {
    throw new Error(`The process of the ${name} ended with ${String(code)}`);
  });
  await once(child, "message");
  return child;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
