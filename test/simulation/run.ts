import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { canaries, type Canary } from "./canaries.ts";
import { canHit, faultKinds, type PortKind, worldFaults } from "./faults.ts";
import { shrink } from "./shrink.ts";
import { type Outcome, simulate } from "./simulate.ts";
import type { Job } from "./worker.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    canaries: { type: "boolean", default: true },
    /** Only those whose name has these words. */
    canary: { type: "string", default: "" },
    coverage: { type: "boolean", default: false },
  },
  allowNegative: true,
});

/** Seeds within which each canary has to be caught. */
const canaryLimit = 500;
/** Seeds that are run twice: the same seed has to be the same run, byte for byte. */
const replays = 5;
const workers = Math.max(1, availableParallelism());
const flown = canaries.filter(({ name }) => name.includes(values.canary));

if (values.seed === undefined) await runAll();
else await replay(Number(values.seed));

async function runAll(): Promise<void> {
  const begun = Date.now();
  const [from, count] = [Number(values.from), Number(values.seeds)];
  const outcomes = await inParallel(
    Array.from({ length: workers }, (_, index): Job => ({
      from: from + index,
      to: from + count - 1,
      step: workers,
      stopsAtFirst: false,
    })),
  );
  const sum = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const broken = outcomes.filter(({ violations }) => violations.length > 0);
  const [missed, possible] = coverageOf(outcomes);
  const faults = outcomes.flatMap(({ hit }) => hit.map((name) => name.slice(0, name.indexOf("@"))));
  const unused = [...faultKinds, ...worldFaults].filter((kind) => !faults.includes(kind));
  const isReplayed = await areReplaysEqual(outcomes.slice(0, replays));
  console.log(
    `${count} seeds, ${sum(({ messages }) => messages)} messages, ${sum(({ calls }) => calls)} provider calls, ${sum(({ events }) => events)} events, ${faults.length} faults in ${seconds(begun)} s`,
  );
  console.log(
    `await × fault: ${possible - missed.length} of ${possible} pairs hit${unused.length > 0 ? `; never happened: ${unused.join(", ")}` : ""}`,
  );
  if (values.coverage) for (const pair of missed) console.log(`  not hit: ${pair}`);
  console.log(`replay of ${replays} seeds: ${isReplayed ? "byte for byte the same" : "DIFFERENT"}`);
  for (const outcome of broken.slice(0, 3)) await keep(outcome);
  const escaped = values.canaries ? await flyCanaries() : [];
  console.log(
    `${broken.length === 0 ? "no promise broken" : `${broken.length} SEEDS BROKE A PROMISE`} in ${count} seeds${values.canaries ? `; ${flown.length - escaped.length} of ${flown.length} canaries caught` : ""}; ${seconds(begun)} s`,
  );
  process.exitCode = broken.length > 0 || escaped.length > 0 || !isReplayed ? 1 : 0;
}

async function replay(seed: number): Promise<void> {
  const outcome = await simulate(seed);
  const { violations, traceHash, events, messages, statuses, hit } = outcome;
  console.log({ seed, traceHash, events, messages, statuses, faults: hit.length });
  for (const { promise, what, at } of violations)
    console.log(`${new Date(at).toISOString()} ${promise}: ${what}`);
  if (violations.length > 0) await keep(outcome);
  console.log(violations.length === 0 ? "no promise broken" : "A PROMISE IS BROKEN");
  process.exitCode = violations.length > 0 ? 1 : 0;
}

/** Makes a broken run as small as it gets and keeps it: test/simulation replays what is kept. */
async function keep(outcome: Outcome): Promise<void> {
  console.log(`seed ${outcome.seed}: ${outcome.violations[0]?.promise}: ${outcome.violations[0]?.what}`);
  if (outcome.hit.length === 0 && outcome.operations.length === 0) return;
  const small = await shrink(outcome);
  const folder = new URL("regressions/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const name = `${small.promise.slice(0, small.promise.indexOf(" "))}-${small.seed}.json`;
  writeFileSync(new URL(name, folder), `${JSON.stringify(small, undefined, 2)}\n`);
  console.log(
    `  kept as regressions/${name}: ${small.operations.length} operations, ${small.faults.length} faults: ${small.what}`,
  );
}

async function areReplaysEqual(outcomes: readonly Outcome[]): Promise<boolean> {
  const seeds = outcomes.map(({ seed }) => seed);
  const again = await inParallel(
    seeds.map((seed) => ({ from: seed, to: seed, step: 1, stopsAtFirst: false })),
  );
  return again.every(
    ({ seed, traceHash }) => outcomes.find((one) => one.seed === seed)?.traceHash === traceHash,
  );
}

/** Each canary has to be caught; the seeds it took say how much the simulation sees. */
async function flyCanaries(): Promise<readonly Canary[]> {
  const escaped: Canary[] = [];
  const left = [...flown];
  const lane = async () => {
    for (let canary = left.shift(); canary; canary = left.shift()) {
      const outcomes = await inParallel([{ from: 1, to: canaryLimit, step: 1, canary, stopsAtFirst: true }]);
      const caught = outcomes.find(({ violations }) => violations.length > 0);
      if (!caught) escaped.push(canary);
      const how = caught ? `caught by seed ${caught.seed}: ${caught.violations[0]?.promise}` : "NOT CAUGHT";
      console.log(`canary “${canary.name}”: ${how}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  return escaped;
}

async function inParallel(jobs: readonly Job[]): Promise<readonly Outcome[]> {
  const results = await Promise.all(
    jobs.map(
      (job) =>
        new Promise<readonly Outcome[]>((resolve, reject) => {
          const outcomes: Outcome[] = [];
          const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: job });
          worker.on("message", (outcome: Outcome) => void outcomes.push(outcome));
          worker.on("error", reject);
          worker.on("exit", () => resolve(outcomes));
        }),
    ),
  );
  return results.flat().toSorted((one, other) => one.seed - other.seed);
}

/** Pairs of an await and a fault that could be and never were. */
function coverageOf(outcomes: readonly Outcome[]): readonly [missed: readonly string[], possible: number] {
  const hit = new Set(outcomes.flatMap(({ coverage }) => [...coverage.keys()]));
  const awaits = new Set([...hit].map((key) => key.split(" · ").slice(0, 3).join(" · ")));
  const pairs = [...awaits].flatMap((one) =>
    faultKinds
      .filter((fault) => canHit(fault, one.split(" · ")[2] as PortKind))
      .map((fault) => `${one} · ${fault}`),
  );
  return [pairs.filter((pair) => !hit.has(pair)).toSorted(), pairs.length];
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0);
}
