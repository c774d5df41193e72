import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CreateTableCommandInput,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { exportTables, restoreTables, words } from "../../bin/restore.ts";
import { tables } from "../../functions/platform/aws.store.ts";
import { switchStore } from "../../functions/switches/switch.store.ts";
import { createMeter } from "../../local/meter.ts";
import { startTables, type Tables } from "../../local/tables.ts";
import { all } from "../lib/templates.ts";
import { noon } from "../make.ts";

/** Tables that need no copy, by what they are called, with the reason. */
const withoutCopy: Readonly<Record<string, string>> = {};
const needed = ["Catalog", "Contacts", "Counters", "Campaigns", "Messages"];
const folder = mkdtempSync(join(tmpdir(), "restore-"));
const started: Tables[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a backup", () => {
  it("knows every table of the data stack, or why it leaves one out", () => {
    const found = all("AWS::DynamoDB::Table").map(({ id }) => id.replace(/Table[0-9A-F]+$/, ""));
    expect([...words, ...Object.keys(withoutCopy)].toSorted()).toEqual(found.toSorted());
  });

  it("brings back short links and endpoints with everything else", async () => {
    const old = await tablesOf([...words]);
    for (const word of words) await put(old.client, word, `${word} 1`);
    await exportTables(old.client, "", join(folder, "whole"), noon);
    const fresh = await tablesOf([]);
    const { items } = await restored("whole", fresh, true);
    expect(items).toEqual(Object.fromEntries(words.map((word) => [word, 1])));
    for (const word of ["Links", "Integrations"]) {
      const { Items } = await fresh.client.send(new ScanCommand({ TableName: word }));
      expect(Items).toEqual([{ pk: { S: `${word} 1` }, sk: { S: "x" } }]);
    }
  });

  it("does without what the business has not turned on", async () => {
    const old = await tablesOf(needed);
    await put(old.client, "Contacts", "con_1");
    const { copies } = await exportTables(old.client, "", join(folder, "small"), noon);
    expect(Object.keys(copies).toSorted()).toEqual(needed.toSorted());
    // Short links were turned on since.
    const fresh = await tablesOf([...needed, "Links"]);
    expect((await restored("small", fresh, false)).items).toMatchObject({ Contacts: 1 });
  });

  it("refuses a place that has no table for what was exported", async () => {
    const old = await tablesOf([...words]);
    await exportTables(old.client, "", join(folder, "all"), noon);
    const fresh = await tablesOf(needed);
    await expect(restored("all", fresh, false)).rejects.toThrow("no table for the Links");
  });

  it("refuses when one is missing that everybody has", async () => {
    const old = await tablesOf(needed.slice(1));
    await expect(exportTables(old.client, "", join(folder, "none"), noon)).rejects.toThrow("Catalog");
  });
});

interface Place {
  readonly client: DynamoDBClient;
  readonly url: string;
}

async function tablesOf(names: readonly string[]): Promise<Place> {
  const made = await startTables(undefined, createMeter());
  started.push(made);
  await made.create(names.map(shapeOf));
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return {
    client: new DynamoDBClient({ endpoint: made.url, region: "us-east-1", credentials }),
    url: made.url,
  };
}

function shapeOf(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
    ],
  };
}

async function put(client: DynamoDBClient, TableName: string, pk: string): Promise<void> {
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: "x" } } }));
}

function restored(from: string, { client, url }: Place, create: boolean) {
  const own = tables({ AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", AWS_ENDPOINT_URL: url });
  const off = (table: string) => ({ switches: switchStore(own, table) });
  return restoreTables(client, {
    folder: join(folder, from),
    prefix: "",
    lostAt: noon,
    now: noon,
    create,
    off,
  });
}
