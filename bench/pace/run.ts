import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Result } from "./scenario.ts";
import { type Measured, scenarios } from "./scenarios.ts";

const isQuick = process.argv.includes("--quick");
const share = isQuick ? 0.05 : 1;
/** The owed time of 100,000 messages at 10 a second is 10,050 seconds: half a percent over the ideal. */
const owed = 1.005;

const list = scenarios(share);
const started = performance.now();
const results = new Map<string, Measure>();

/** A result without its single calls, as it comes from a worker. */
type Measure = Omit<Result, "calls">;

// The longest first, one after another to whoever is free.
const waiting = list.toSorted((one, other) => other.messages - one.messages);
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, () => work()));

const rows = list.map((scenario) => rowOf(scenario, results.get(scenario.name)));
console.log(table(rows));
if (!isQuick) writeFileSync(pageFile(), page(rows));
console.log(lastLine());
if (rows.some(({ isExact }) => !isExact)) process.exitCode = 1;

async function work(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const measured = await measure(next.name);
    results.set(measured.name, measured);
    console.log(`${measured.name}: ${Math.round(measured.seconds)} s`);
  }
}

/** Each scenario has a process of its own, so that memory and warm code are its own too. */
async function measure(name: string): Promise<Measure> {
  const program = fileURLToPath(new URL("worker.ts", import.meta.url));
  const child = fork(program, [String(share), name]);
  const ended = once(child, "exit");
  let measured: Measure | undefined;
  child.on("message", (message: Measure) => (measured = message));
  const [code] = await ended;
  if (!measured) throw new Error(`${name} ended with ${String(code)} and measured nothing`);
  return measured;
}

interface Row {
  readonly cells: readonly string[];
  /** Nothing above the rate, nothing lost, nothing twice. */
  readonly isExact: boolean;
}

function rowOf({ name, about, ideal }: Measured, result: Measure | undefined): Row {
  if (!result) throw new Error(`${name} was not measured`);
  const { mps, segments, seconds, worst, allowed, violations, lost, doubled, urgent } = result;
  // What a provider refuses takes its slot all the same.
  const best = Math.max(ideal, segments / mps);
  const over = ((seconds / best - 1) * 100).toFixed(2);
  return {
    isExact: violations === 0 && lost === 0 && doubled === 0,
    cells: [
      name,
      about,
      String(mps),
      whole(segments),
      whole(seconds),
      `${over} %${seconds <= best * owed ? "" : " ✗"}`,
      `${worst} of ${allowed}`,
      String(violations),
      String(lost),
      String(doubled),
      `${result.slotWrites.toFixed(2)} / ${result.slotReads.toFixed(2)}`,
      urgent ? `${whole(urgent.p50)} / ${whole(urgent.p95)} / ${whole(urgent.p99)} ms` : "",
    ],
  };
}

function table(some: readonly Row[]): string {
  const head = [
    "scenario",
    "what happens",
    "mps",
    "segments",
    "seconds",
    "over the ideal",
    "fullest window",
    "above the rate",
    "lost",
    "doubled",
    "clock writes / looks a message",
    "urgent p50 / p95 / p99",
  ];
  const lines = [
    head,
    head.map((_, index) => (index < 2 ? "---" : "---:")),
    ...some.map(({ cells }) => cells),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function lastLine(): string {
  const all = [...results.values()];
  const sum = (of: (one: Measure) => number) => all.reduce((total, one) => total + of(one), 0);
  const clean = results.get("clean");
  return [
    `${whole(sum(({ segments }) => segments))} segments in ${all.length} scenarios`,
    `${sum(({ violations }) => violations)} above the rate`,
    `${sum(({ lost }) => lost)} lost`,
    `${sum(({ doubled }) => doubled)} doubled`,
    `${whole(clean?.segments ?? 0)} at 10 mps in ${whole(clean?.seconds ?? 0)} s`,
    `urgent p95 ${whole(results.get("urgent")?.urgent?.p95 ?? 0)} ms`,
    `${Math.round((performance.now() - started) / 1000)} s`,
  ].join(" | ");
}

function page(some: readonly Row[]): string {
  const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
  const date = new Date().toISOString().slice(0, 10);
  return `# How exactly a sender is paced

The shipped deliver function empties a backlog in virtual time: real slot clock, real gate and message changes, over
tables that answer in 2 to 20 ms and a provider that answers in 100 to 400 ms. The provider's side counts: when each
request left, and how many segments started within any sliding window (a second, or the seconds in which the rate
becomes a whole number). *Over the ideal* compares with sending at exactly the rate from the first call to the last;
✗ marks more than half a percent.

${table(some)}

Why not zero: a call that starts late costs its lateness once, because while every window is full nobody can go faster
later on: with one timer in a hundred late by 300 ms on average that alone is 0.3 %. A track that changes hands costs
two milliseconds. Of texts that differ in length the last of a batch leave seats empty that nobody else may fill in
time. What dies with a worker waits until the provider's list proves what became of it, which takes a quarter of an
hour.

\`npm run bench:pace\` · ${date} · commit ${git("rev-parse", "--short", "HEAD")}
`;
}

function pageFile(): string {
  const folder = fileURLToPath(new URL("../../docs/benchmarks/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  return `${folder}pacing.md`;
}

function whole(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}
