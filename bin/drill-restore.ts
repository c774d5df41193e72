import { strict as assert } from "node:assert";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { gateStore } from "../functions/consent/gate.store.ts";
import { ledgerStore } from "../functions/consent/ledger.store.ts";
import { tables } from "../functions/platform/aws.store.ts";
import { switchStore } from "../functions/switches/switch.store.ts";
import { createMeter } from "../local/meter.ts";
import { startTables } from "../local/tables.ts";
import { channelsOf } from "./all-off.ts";
import { business } from "../heliograph.config.ts";
import { copiesOf, crowdOf, endsOf, sendMany, standingOf } from "./crowd.ts";
import { type Laptop, startLaptop } from "./laptop.ts";
import { replayConsents } from "./replay-consents.ts";
import { exportTables, manifestIn, type Manifest, type Restored, restoreTables } from "./restore.ts";
import { type Api, apiOf, type Json, until } from "./story.ts";
import { tablesBy } from "./table-copy.ts";

const people = 200;
const count = 200;
/** Noon in New York on a working day. */
const noon = Date.UTC(2026, 10, 23, 17);
const sentBefore = 50;
const sentInGap = 50;
const jumpMinutes = 25;
const local = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

/**
 * Loses all tables in the middle of sending and goes on from an export that is older than the loss:
 * who had opted out stays out, and nothing that was sent is sent again.
 */
export async function drillRestore(tell: (text: string) => void): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), "heliograph-drill-"));
  const folder = join(data, "export");
  let laptop = await startLaptop({ port: 0, data, now: noon });
  try {
    let api = apiOf(laptop);
    const contacts = await crowdOf(api, people);
    const [earlier = "", later = ""] = contacts;
    const ids = await sendMany(api, contacts, count, "Parcel");
    await optOut(api, earlier);
    await until(
      "all messages to be routed",
      () => standingOf(api, ids),
      (all) => all.every(({ status }) => status !== "accepted"),
      60,
    );
    await until(
      "some to be sent",
      () => textsOf(laptop),
      (texts) => texts >= sentBefore,
      120,
    );
    const manifest = await exportWith(laptop, folder);
    const atExport = textsOf(laptop);
    tell(`Exported ${sum(manifest)} items while ${atExport} of ${count} texts had been sent.`);

    await optOut(api, later);
    const lateIds = await sendMany(api, contacts.slice(2), 5, "Late");
    await until(
      "more to be sent",
      () => textsOf(laptop),
      (texts) => texts >= atExport + sentInGap,
      120,
    );
    await laptop.stop();
    const lostAt = laptop.cloud.clock.now();
    rmSync(join(data, "cloud", "tables"), { recursive: true });
    tell("More were sent, five more accepted and somebody else opted out; then all tables were lost.");

    const begun = performance.now();
    const { restored, replayed } = await restoreInto(data, folder, lostAt);
    const seconds = (performance.now() - begun) / 1000;
    assert.deepEqual(restored.items, countsOf(manifest), "every item is back");
    tell(
      `Restored in ${seconds.toFixed(1)} s: ${restored.inDoubt} messages in doubt, ${replayed} decisions from the journal.`,
    );

    // Providers go on reporting to the address that they were given.
    laptop = await startLaptop({ port: Number(new URL(laptop.cloud.url).port), data, now: lostAt });
    api = apiOf(laptop);
    for (const [who, id] of Object.entries({ earlier, later })) {
      const { body } = await api.get(`/v1/contacts/${id}/consents`);
      const states = body.states.filter(({ purpose }: { purpose: string }) => purpose === "transactional");
      assert.deepEqual(
        states.map(({ state }: { state: string }) => state),
        ["out"],
        `the ${who} opt-out holds`,
      );
    }
    const quiet = textsOf(laptop);
    tell(`${quiet - atExport} had been sent between the export and the loss. The switches are lifted.`);
    for (const channel of channelsOf(business)) await api.remove(`/v1/switches/channel/${channel}`);
    const stopJumping = jump(laptop);
    const ends = await endsOf(api, ids, 240).finally(stopJumping);
    const gone = (await standingOf(api, lateIds)).filter(({ code }) => code === "message.not-found").length;
    const copies = copiesOf(laptop, "Parcel");
    const doubled = [...copies.values()].filter((times) => times > 1).length;
    assert.equal(doubled, 0, "nothing was sent twice");
    const delivered = ends.get("delivered") ?? 0;
    assert.ok(copies.size >= delivered, "nothing is called delivered that was not sent");
    for (const id of [earlier, later]) {
      const [late = ""] = await sendMany(api, [id], 1, "After");
      const [message] = await standingAtEnd(api, late);
      assert.equal(message.reason, "opted-out");
    }
    const said = [...ends].map(([status, times]) => `${times} ${status}`).join(", ");
    return `restored ${sum(manifest)} items in ${seconds.toFixed(1)} s; of ${count} messages ${said}; ${textsOf(laptop) - quiet} sent after the restore, ${doubled} doubled; both opt-outs hold; ${gone} of 5 accepted after the export are gone`;
  } finally {
    await laptop.stop().catch(() => undefined);
    rmSync(data, { recursive: true, force: true });
  }
}

async function exportWith(laptop: Laptop, folder: string): Promise<Manifest> {
  const client = new DynamoDBClient({
    ...local,
    endpoint: laptop.cloud.environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
  });
  const manifest = await exportTables(client, "", folder, laptop.cloud.clock.now());
  client.destroy();
  return manifest;
}

/** As on AWS, the restored tables are complete before anything points at them. */
async function restoreInto(
  data: string,
  folder: string,
  lostAt: number,
): Promise<{ restored: Restored; replayed: number }> {
  const { url, stop } = await startTables(join(data, "cloud"), createMeter());
  const client = new DynamoDBClient({ ...local, endpoint: url });
  const own = tables({ AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", AWS_ENDPOINT_URL: url });
  const off = (table: string) => ({ switches: switchStore(own, table) });
  const choice = { folder, prefix: "", lostAt, now: lostAt, create: true, off };
  const restored = await restoreTables(client, choice);
  const contacts = (await tablesBy(client, "", ["Contacts"])).get("Contacts") ?? "";
  const journal = join(data, "cloud", "logs", "heliograph-prod-events.jsonl");
  const replayed = await replayConsents(
    createInterface({ input: createReadStream(journal) }),
    manifestIn(folder).exportedAt,
    { gates: gateStore(own, contacts), ledger: ledgerStore(own, contacts), publish: async () => undefined },
  );
  client.destroy();
  await stop();
  return { restored, replayed };
}

async function optOut(api: Api, contactId: string): Promise<void> {
  const { body } = await api.get(`/v1/contacts/${contactId}`);
  const reply = await api.post(`/v1/contacts/${contactId}/consents`, {
    addressId: body.addresses[0].id,
    purpose: "transactional",
    state: "out",
    method: "web-form",
  });
  assert.ok(reply.status < 300, JSON.stringify(reply.body));
}

/** Lets a quarter of an hour pass in which providers are asked, a minute at a time and only while nothing is under way. */
function jump(laptop: Laptop): () => void {
  let minutes = 0;
  const timer = setInterval(() => {
    if (minutes >= jumpMinutes || !laptop.cloud.isIdle()) return;
    minutes += 1;
    laptop.cloud.clock.advance(60_000);
  }, 1_000);
  return () => clearInterval(timer);
}

/** Texts that the provider has taken. */
function textsOf(laptop: Laptop): number {
  return laptop.carriers.handsets.truth().texts.filter(({ direction }) => direction !== "inbound").length;
}

async function standingAtEnd(api: Api, id: string): Promise<Json[]> {
  await endsOf(api, [id], 60);
  return standingOf(api, [id]);
}

function countsOf({ copies }: Manifest): Record<string, number> {
  return Object.fromEntries(Object.entries(copies).map(([word, { items }]) => [word, items]));
}

function sum({ copies }: Manifest): number {
  return Object.values(copies).reduce((total, { items }) => total + items, 0);
}
