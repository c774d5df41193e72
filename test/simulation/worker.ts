import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { Canary } from "./canaries.ts";
import type { Outcome } from "./simulate.ts";

/** What a worker is asked for: seeds in steps, on the product as it is or with one change. */
export interface Job {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly canary?: Canary;
  /** Stops at the first seed that breaks a promise. */
  readonly stopsAtFirst: boolean;
}

const job = workerData as Job;
const { canary } = job;
const changed = new Set<string>();
if (canary) {
  registerHooks({
    load: (url, context, next) => {
      const path = url.startsWith("file:") ? fileURLToPath(url) : "";
      const changes = canary.changes.filter(({ file }) => path.endsWith(file));
      if (changes.length === 0) return next(url, context);
      let source = readFileSync(path, "utf8");
      for (const { file, from, to } of changes) {
        if (source.split(from).length !== 2) throw new Error(`${file} does not have it once: ${from}`);
        source = source.replace(from, () => to);
        changed.add(file);
      }
      return { format: "module-typescript", source, shortCircuit: true };
    },
  });
}

const { simulate } = await import("./simulate.ts");
for (let seed = job.from; seed <= job.to; seed += job.step) {
  const outcome = await outcomeOf(seed);
  parentPort?.postMessage(outcome);
  if (job.stopsAtFirst && outcome.violations.length > 0) break;
}
for (const { file } of canary?.changes ?? [])
  if (!changed.has(file)) throw new Error(`${file} was never loaded`);

/** A run that does not come to its end is a broken promise too. */
async function outcomeOf(seed: number): Promise<Outcome> {
  try {
    return await simulate(seed);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const nothing = {
      events: 0,
      messages: 0,
      calls: 0,
      statuses: {},
      operations: [],
      hit: [],
      coverage: new Map<string, number>(),
    };
    return {
      seed,
      traceHash: "",
      ...nothing,
      violations: [{ promise: "a run comes to its end", what, at: 0 }],
    };
  }
}
