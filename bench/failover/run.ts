import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Grain } from "../../functions/messages/cohort.ts";
import { percentile, type Races } from "./races.ts";
import type { Task } from "./worker.ts";

// npm run bench:failover: notifications race with their deadlines, in virtual time.
const isQuick = process.argv.includes("--quick");
const racesPerGrain = isQuick ? 10_000 : 100_000;
const racesPerRun = 50;
const secondsPerRun = 10;
const runsPerTask = 20;
/** Notifications of one campaign, at the pace of the sender that is declared for them. */
const campaign = { races: isQuick ? 2_000 : 10_000, perSecond: 100 };

interface Kind {
  readonly name: string;
  readonly grain: Grain;
  readonly isRough: boolean;
  readonly tasks: readonly Task[];
}

const half = racesPerGrain / racesPerRun / 2;
const kinds: readonly Kind[] = [
  kind("due to the second, nothing fails", "message", false, 1),
  kind("due to the second, everything fails", "message", true, half + 1),
  kind("to ten seconds, nothing fails", "cohort", false, 1),
  kind("to ten seconds, everything fails", "cohort", true, half + 1),
  {
    name: `a campaign of ${whole(campaign.races)}, to ten seconds`,
    grain: "cohort",
    isRough: false,
    tasks: [
      {
        grain: "cohort",
        isRough: false,
        races: campaign.races,
        seconds: campaign.races / campaign.perSecond,
        from: 1,
        to: 2,
      },
    ],
  },
];

const results = new Map<string, Races[]>();
// The campaign is the longest single task: it comes first.
const waiting = kinds.toReversed().flatMap(({ name, tasks }) => tasks.map((task) => ({ name, task })));
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, () => work()));

const rows = kinds.map(({ name, grain }) => ({ grain, ...summed(name, results.get(name) ?? []) }));
console.log(table());
if (!isQuick)
  writeFileSync(fileURLToPath(new URL("../../docs/benchmarks/failover.md", import.meta.url)), page());
console.log(lastLine());
if (rows.some(({ doubles, misses }) => doubles + misses > 0)) process.exitCode = 1;

function kind(name: string, grain: Grain, isRough: boolean, first: number): Kind {
  const tasks = Array.from({ length: Math.ceil(half / runsPerTask) }, (_, index): Task => {
    const from = first + index * runsPerTask;
    const to = Math.min(from + runsPerTask, first + half);
    return { grain, isRough, races: racesPerRun, seconds: secondsPerRun, from, to };
  });
  return { name, grain, isRough, tasks };
}

async function work(): Promise<void> {
  const child = fork(fileURLToPath(new URL("worker.ts", import.meta.url)));
  const gone = once(child, "exit").then(() => undefined);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const answer = once(child, "message");
    child.send(next.task);
    const found = await Promise.race([answer, gone]);
    if (!found) throw new Error(`A worker died at ${next.name}`);
    results.set(next.name, [...(results.get(next.name) ?? []), ...(found[0] as Races[])]);
  }
  child.disconnect();
}

type Row = Omit<Races, "lags"> & { readonly name: string; readonly lags: readonly number[] };

function summed(name: string, all: readonly Races[]): Row {
  const sum = (of: (one: Races) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    name,
    races: sum(({ races }) => races),
    failedOver: sum(({ failedOver }) => failedOver),
    seen: sum(({ seen }) => seen),
    doubles: sum(({ doubles }) => doubles),
    misses: sum(({ misses }) => misses),
    overtaken: sum(({ overtaken }) => overtaken),
    transitions: sum(({ transitions }) => transitions),
    lags: all.flatMap(({ lags }) => lags).toSorted((one, other) => one - other),
  };
}

function table(): string {
  const head = [
    "races",
    "how many",
    "seen in time",
    "second channel",
    "doubles",
    "misses",
    "overtaken by proof",
    "transitions a message",
    "lag p50 / p99 / most",
  ];
  const lines = rows.map((row) => [
    row.name,
    whole(row.races),
    whole(row.seen),
    whole(row.failedOver),
    String(row.doubles),
    String(row.misses),
    whole(row.overtaken),
    (row.transitions / row.races).toFixed(row.grain === "cohort" ? 4 : 2),
    `${[0.5, 0.99, 1].map((share) => (percentile(row.lags, share) / 1000).toFixed(2)).join(" / ")} s`,
  ]);
  return [head, head.map((_, index) => (index === 0 ? "---" : "---:")), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function lastLine(): string {
  const of = (place: number) => rows[place];
  const most = (place: number) => (percentile(of(place)?.lags ?? [], 1) / 1000).toFixed(2);
  const sum = (what: (row: Row) => number) => rows.reduce((total, row) => total + what(row), 0);
  const campaignRow = rows.at(-1);
  return [
    `${whole(sum(({ races }) => races))} races`,
    `${sum(({ doubles }) => doubles)} doubles (owed 0)`,
    `${sum(({ misses }) => misses)} misses (owed 0)`,
    `lag of what is due to the second at most ${most(0)} s (owed 1)`,
    `of the others at most ${most(2)} s (owed 60, wanted 10)`,
    `transitions of a campaign ${((campaignRow?.transitions ?? 0) / (campaignRow?.races ?? 1)).toFixed(4)} a message (owed 0.01)`,
  ].join(" | ");
}

function page(): string {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"]).toString().trim();
  return `# Failover: nobody left out, nobody twice

Notifications race with their deadlines. The shipped handlers, rules and stores and the deployed state machine run in
virtual time over simulated services (\`test/simulation\`), ${racesPerRun} people in each burst. Of the notifications a fifth
is never seen, a tenth of the proof is late, a third of it comes within a tenth of a second of the deadline, some of it is
lost and much of it comes twice. *Everything fails* adds what the simulation has: workers die at any await, calls are lost
and done twice, queues deliver late and again, timers and clocks are off.

A **double** is a second channel that starts although the message knows of the proof, or a channel that brings two copies,
counted on the handset. A **miss** is somebody who saw nothing and for whom the plan's second channel was not started. *Overtaken* is
proof that comes after the second channel has started: the person may have both, which no system can prevent; it is
marked and counted. The lag is from the deadline (the wait after the provider took it)
to the start of the second channel; where everything fails it includes what a sweeper has to find.

${table()}

Transitions count the start, every state entered and the end: three for a whole cohort, which is everybody due within half
a second, or within six. Five messages a second are sent here; the more there are the more share one.

\`npm run bench:failover\` · ${new Date().toISOString().slice(0, 10)} · commit ${commit}
`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
