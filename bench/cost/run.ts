import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "../../bin/build.ts";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { synthesize } from "../../bin/synth.ts";
import { type Figure, keeps, short } from "../speed/figure.ts";
import { billFor, mixed, prices, requestsTo, totalOf, type Use, useOf } from "./bill.ts";
import { chartOf, dollars } from "./chart.ts";
import { idleAsConfigured, idleWithSlowSenders } from "./idle.ts";
import { kinds, measure } from "./kinds.ts";
import { type Counted, pageOf } from "./page.ts";

// npm run bench:cost: counts what messages of each kind use on the local cloud and prices a million of them.
const count = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 500);
await build();
await synthesize();
const laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
const counted: (Counted & { readonly name: string })[] = [];
for (const kind of kinds) {
  const some = count * (kind.times ?? 1);
  console.log(`counting ${some} of ${kind.title} …`);
  const reading = await measure(laptop, kind, some);
  counted.push({ name: kind.name, title: kind.title, count: some, reading, use: useOf(reading, some) });
}
const sweepUsd = await sweepsOfMonth(laptop);
await laptop.stop();

const [single, failover, campaign] = ["single", "failover", "campaign"].map(
  (name) => counted.find((one) => one.name === name)?.use ?? {},
) as [Use, Use, Use];
const isFifthWaiting = mixed([
  { use: single, share: 0.8 },
  { use: failover, share: 0.2 },
]);
const idle = idleAsConfigured();
const slow = idleWithSlowSenders(100);
const figures: readonly Figure[] = [
  figure(
    "one text by API",
    totalOf(billFor(single)),
    " USD/M",
    [12, 5],
    "every AWS service, carriers left out",
  ),
  figure(
    "a fifth of them with failover",
    totalOf(billFor(isFifthWaiting)),
    " USD/M",
    [26, 20],
    "80 % one text, 20 % push first and a text for a fifth of them",
  ),
  figure(
    "a campaign of which a fifth waits",
    totalOf(billFor(campaign)),
    " USD/M",
    [6.1, 3],
    "every recipient gets a push first and every fifth a text after it",
  ),
  figure(
    "transitions of a campaign",
    transitionsTo(campaign),
    "",
    [0.01, 0.01],
    "for each message of the campaign, start and end of executions counted",
  ),
  figure(
    "writes",
    single["dynamodb.writeUnits"] ?? 0,
    "",
    [3, 2],
    "write units of one text, indexes and refused writes included",
  ),
  figure("reads", single["dynamodb.readUnits"] ?? 0, "", [0.5, 0.5], "read units of one text"),
  figure(
    "queue requests",
    requestsTo(single, "standard") + requestsTo(single, "fifo"),
    "",
    [0.65, 0.6],
    `send, receive and delete on every hop of one text, in a burst; ${short(inFullBatches(single))} if every receive and delete were a full ten`,
  ),
  figure(
    "transitions of a waiting message",
    transitionsTo(failover),
    "",
    [3.6, 2.4],
    "each due to the second; a fifth fails over; start and end of executions counted (owed 3 when seen and 6 on failover, wanted 2 and 4)",
  ),
  figure(
    "polls of 100 idle senders",
    slow.polls,
    " USD/month",
    [6, 1],
    "one segment a second each; told from the template",
  ),
];

const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"]).toString().trim();
const date = new Date().toISOString().slice(0, 10);
const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`;
const made = `Measured ${date} at commit ${commit} with ${counted.map((one) => one.count).join(", ")} messages of the four kinds, on ${machine}. Prices of ${prices.date}, ${prices.region}. Only seconds of functions depend on the machine.`;
write(
  "bench/cost/results.json",
  `${JSON.stringify({ date, commit, machine, count, figures, idle, slow, sweepUsd, kinds: counted }, undefined, 1)}\n`,
);
write("docs/benchmarks/cost.md", pageOf({ counted, figures, idle, slow, sweepUsd, made }));
write("docs/benchmarks/cost.svg", chartOf(bars()));
for (const { title, use } of counted)
  console.log(`${dollars(totalOf(billFor(use))).padStart(9)} for a million of ${title}: ${linesOf(use)}`);
console.log(`${dollars(prices.naive.usd).padStart(9)} the naive design`);
for (const { name, usd } of prices.peers) console.log(`${dollars(usd).padStart(9)} ${name}`);
console.log(figures.map(lineOf).join(" | "));
process.exit(figures.every((one) => keeps(one, one.owed)) ? 0 : 1);

function figure(
  name: string,
  value: number,
  unit: string,
  [owed, wanted]: readonly [number, number],
  because: string,
): Figure {
  return {
    name,
    value,
    unit,
    because,
    owed: { is: "at most", value: owed },
    wanted: { is: "at most", value: wanted },
  };
}

function lineOf(one: Figure): string {
  const verdict = keeps(one, one.wanted) ? "★" : keeps(one, one.owed) ? "✓" : "✗";
  return `${verdict} ${one.name} ${short(one.value)}${one.unit} (≤ ${one.owed.value} | ${one.wanted.value})`;
}

function linesOf(use: Use): string {
  const lines = billFor(use).filter(({ usd }) => usd >= 0.1);
  return lines
    .toSorted((one, other) => other.usd - one.usd)
    .map(({ what, usd }) => `${what} ${dollars(usd)}`)
    .join(", ");
}

/** For each message, whether it waited or not. */
function transitionsTo(use: Use): number {
  const { "states.steps": steps = 0, "states.executions": executions = 0 } = use;
  return steps + executions * prices.modelled.transitionsAroundExecution;
}

/** Requests to queues if everything were received and deleted ten at a time. */
function inFullBatches(use: Use): number {
  const sends = (use["sqs.standard.sends"] ?? 0) + (use["sqs.fifo.sends"] ?? 0);
  return sends + (2 * (use["sqs.receivedMessages"] ?? 0)) / 10;
}

function bars() {
  const ours = counted.map(({ title, use }) => ({ name: title, usd: totalOf(billFor(use)), isOurs: true }));
  const others = [{ name: "the naive design on AWS", usd: prices.naive.usd }, ...prices.peers].map(
    ({ name, usd }) => ({ name, usd, isOurs: false }),
  );
  return [...ours, ...others].toSorted((one, other) => one.usd - other.usd);
}

/** Dollars of a month of sweeps that find nothing. */
async function sweepsOfMonth({ cloud }: Laptop): Promise<number> {
  const minutes = 5;
  cloud.meter.reset();
  for (let minute = 0; minute < minutes; minute += 1) {
    cloud.clock.advance(60_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const { counts = {} } = cloud.meter.reading().paths["messages/sweep-schedule"] ?? {};
  const runs = counts["lambda.requests"] ?? 0;
  if (runs < minutes) throw new Error(`The sweeper ran ${runs} times in ${minutes} minutes`);
  const use = Object.fromEntries(Object.entries(counts).map(([counter, amount]) => [counter, amount / runs]));
  return (totalOf(billFor(use)) / 1e6) * 30 * 24 * 60;
}

function write(file: string, content: string): void {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  mkdirSync(fileURLToPath(new URL("../../docs/benchmarks", import.meta.url)), { recursive: true });
  writeFileSync(path, content);
}
