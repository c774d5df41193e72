import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What the cloud keeps of its own between runs: executions, schedules, generated secrets, the time. */
export interface Shelf {
  readonly put: (kind: string, id: string, value: unknown) => void;
  readonly get: (kind: string, id: string) => unknown;
  readonly remove: (kind: string, id: string) => void;
  readonly all: (kind: string) => readonly { readonly id: string; readonly value: unknown }[];
  readonly close: () => void;
}

/** A shelf in a folder, or in memory without one; a killed process loses nothing that was put. */
export function openShelf(folder: string | undefined): Shelf {
  if (folder) mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(folder ? join(folder, "cloud.sqlite") : ":memory:");
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  database.exec("CREATE TABLE IF NOT EXISTS shelf (kind TEXT, id TEXT, json TEXT, PRIMARY KEY (kind, id))");
  const put = database.prepare(
    "INSERT INTO shelf VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json",
  );
  const get = database.prepare("SELECT json FROM shelf WHERE kind = ? AND id = ?");
  const remove = database.prepare("DELETE FROM shelf WHERE kind = ? AND id = ?");
  const all = database.prepare("SELECT id, json FROM shelf WHERE kind = ? ORDER BY rowid");
  const parse = (row: Record<string, unknown> | undefined): unknown => row && JSON.parse(String(row["json"]));
  return {
    put: (kind, id, value) => void put.run(kind, id, JSON.stringify(value)),
    get: (kind, id) => parse(get.get(kind, id)),
    remove: (kind, id) => void remove.run(kind, id),
    all: (kind) => all.all(kind).map((row) => ({ id: String(row["id"]), value: parse(row) })),
    close: () => database.close(),
  };
}
