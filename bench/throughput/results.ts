import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { contenders } from "./cases.ts";
import { Measures } from "./measures.ts";
import { peerVersions } from "./peers.ts";

/** One run with what it came to. */
export const Row = z.object({
  contender: z.enum(Object.keys(contenders) as [keyof typeof contenders]),
  rate: z.number(),
  workers: z.number(),
  measures: Measures,
  cpuMilliseconds: z.number(),
  /** Most segments in a sliding second, for each tenth of a second of the run. */
  course: z.array(z.number()),
});
/** One run with what it came to. */
export type Row = z.infer<typeof Row>;

/** A whole benchmark. */
export const Results = z.object({
  date: z.string(),
  commit: z.string(),
  machine: z.string(),
  /** How many processes wanted the machine when the benchmark began, on average over a minute. */
  load: z.number(),
  node: z.string(),
  versions: z.record(z.string(), z.string()),
  /** How long a backlog lasts. */
  seconds: z.number(),
  /** Minutes that the whole took. */
  minutes: z.number(),
  /** What could not be measured here, and why. */
  missing: z.array(z.string()),
  rows: z.array(Row),
});
/** A whole benchmark. */
export type Results = z.infer<typeof Results>;

const file = fileURLToPath(new URL("results.json", import.meta.url));

/** Keeps the results for the page. */
export function keepResults(results: Results): void {
  // Short lines: what changed in a run is seen in a diff.
  const rows = results.rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const head = JSON.stringify({ ...results, rows: [] }, undefined, 2).replace(
    '"rows": []',
    `"rows": [\n${rows}\n  ]`,
  );
  writeFileSync(file, `${head}\n`);
}

/** The last results that were kept. */
export function keptResults(): Results {
  if (!existsSync(file)) throw new Error("There are no results yet: run npm run bench:throughput");
  return Results.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Where and with what it was measured. */
export function circumstances(): Pick<Results, "date" | "commit" | "machine" | "load" | "node" | "versions"> {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}`,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
    node: process.versions.node,
    versions: peerVersions(),
  };
}

function commit(): string {
  const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
  try {
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${isChanged ? " with changes" : ""}`;
  } catch {
    return "unknown";
  }
}
