import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { channelsOf, type OffUsing, switchAllOff } from "./all-off.ts";
import { Campaign } from "../functions/campaigns/campaign.ts";
import { attributesOf, type Attributes, itemOf } from "../functions/platform/attributes.ts";
import { itemOfMessage, messageIn } from "../functions/messages/message-item.ts";
import { business } from "../heliograph.config.ts";
import { calledOff, type Gap, inDoubt } from "./in-doubt.ts";
import { Copy, copyIn, copyOut, createLike, type Item, tablesBy } from "./table-copy.ts";

/** Our tables in the order in which they are restored: who may be written to, what is off, who hears of it, and only then what is to be sent. */
export const words = [
  "Catalog",
  "Contacts",
  "Counters",
  "Links",
  "Integrations",
  "Campaigns",
  "Messages",
] as const;
/** They are there only when the business has turned on what needs them. */
const optional = ["Links", "Integrations"];

const Manifest = z.object({ exportedAt: z.int(), copies: z.record(z.string(), Copy) });
/** What an export consists of. */
export type Manifest = z.infer<typeof Manifest>;

/** Copies all tables into a folder. They hold what people are called and were told: keep the folder as you keep the tables. */
export async function exportTables(
  client: DynamoDBClient,
  prefix: string,
  folder: string,
  now: number,
): Promise<Manifest> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tables = await tablesBy(client, prefix, words, optional);
  const copies: Record<string, Copy> = {};
  for (const [word, table] of tables) copies[word] = await copyOut(client, table, fileOf(folder, word));
  const manifest = { exportedAt: now, copies };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest, undefined, 2), { mode: 0o600 });
  return manifest;
}

/** The manifest of an export. */
export function manifestIn(folder: string): Manifest {
  return Manifest.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
}

/** What a restore did. */
export interface Restored {
  readonly items: Readonly<Record<string, number>>;
  /** Messages that may have been sent in the gap. */
  readonly inDoubt: number;
}

/** How a restore is made. */
export interface RestoreChoice {
  readonly folder: string;
  readonly prefix: string;
  /** When the old tables were last written. */
  readonly lostAt: number;
  readonly now: number;
  /** Makes the tables that are not there. */
  readonly create: boolean;
  readonly off: (countersTable: string) => OffUsing;
}

/** Writes an export into empty tables, with every channel switched off: an operator lifts them when everything is as it should be. */
export async function restoreTables(client: DynamoDBClient, choice: RestoreChoice): Promise<Restored> {
  const { folder, prefix, lostAt, now } = choice;
  const { exportedAt, copies } = manifestIn(folder);
  if (choice.create) for (const copy of Object.values(copies)) await createLike(client, copy);
  const tables = await tablesBy(client, prefix, words, optional);
  for (const table of tables.values()) await assertEmpty(client, table);
  for (const word of Object.keys(copies))
    if (!tables.has(word)) throw new Error(`There is no table for the ${word} of the export`);
  const gap = { from: exportedAt, to: lostAt };
  const doubt = doubter(gap, now);
  const changes: Readonly<Record<string, (item: Item) => Item>> = {
    Messages: doubt.change,
    Campaigns: (item) => campaignAfter(item, gap, now),
  };
  const items: Record<string, number> = {};
  for (const [word, table] of tables) {
    const copy = copies[word];
    if (!copy && optional.includes(word)) continue;
    if (!copy) throw new Error(`The export has no ${word}`);
    if (word === "Messages")
      await switchAllOff(channelsOf(business), choice.off(tables.get("Counters") ?? ""), now);
    items[word] = await copyIn(client, copy, fileOf(folder, word), table, changes[word] ?? same);
  }
  return { items, inDoubt: doubt.count() };
}

function doubter(gap: Gap, now: number) {
  let count = 0;
  const change = (item: Item): Item => {
    const row = itemOf(item as Attributes);
    const message = messageIn(row);
    if (!message) return item;
    const next = inDoubt(message, gap, now);
    if (next === message) return item;
    count += 1;
    const { foundAt: _foundAt, ...placed } = next;
    return attributesOf(itemOfMessage(placed)) as Item;
  };
  return { change, count: () => count };
}

function campaignAfter(item: Item, gap: Gap, now: number): Item {
  const row = itemOf(item as Attributes);
  if (row["campaign"] === undefined) return item;
  return attributesOf({ ...row, campaign: calledOff(Campaign.parse(row["campaign"]), gap, now) }) as Item;
}

/** Writing over what is there would mix two states that never were one. */
async function assertEmpty(client: DynamoDBClient, TableName: string): Promise<void> {
  const { Count } = await client.send(new ScanCommand({ TableName, Limit: 1 }));
  if (Count) throw new Error(`${TableName} is not empty: restore into new tables`);
}

function fileOf(folder: string, word: string): string {
  return join(folder, `${word}.jsonl`);
}

function same(item: Item): Item {
  return item;
}
