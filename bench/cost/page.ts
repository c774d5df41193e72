import type { Reading } from "../../local/meter.ts";
import { type Figure, keeps, short } from "../speed/figure.ts";
import { billFor, type Line, monthly, prices, totalOf, type Use } from "./bill.ts";
import { dollars } from "./chart.ts";
import type { Idle } from "./idle.ts";

/** A kind of message with what one of them used. */
export interface Counted {
  readonly title: string;
  readonly count: number;
  readonly use: Use;
  readonly reading: Reading;
}

/** Everything the page tells. */
export interface Story {
  readonly counted: readonly Counted[];
  readonly figures: readonly Figure[];
  readonly idle: Idle;
  readonly slow: Idle;
  readonly sweepUsd: number;
  readonly made: string;
}

/** The page for people: figures, bills, where units go, what an idle month costs, and what was assumed. */
export function pageOf({ counted, figures, idle, slow, sweepUsd, made }: Story): string {
  return [
    "# What a million messages cost",
    "",
    "What AWS would bill for one million messages of each kind, carriers left out. The operations are counted by the meter of the local cloud while real messages go through everything that is deployed; only the prices are not measured. `npm run bench:cost` writes this page, `bench/cost/prices.json` holds the prices with their sources, `test/cost/budget.test.ts` holds the counts, and `GET /_local/meter` shows them while you work.",
    "",
    made,
    "",
    "![Dollars for a million messages](cost.svg)",
    "",
    ...figureTable(figures),
    "",
    "## The bills",
    "",
    ...billTable(counted),
    "",
    `Beside it: the naive design ${dollars(prices.naive.usd)} (${prices.naive.what}); hosted peers' list prices for a million, without carriers: ${prices.peers.map(({ name, usd }) => `${name} ${dollars(usd)}`).join(", ")}. A peer's price buys its console and its people too.`,
    "",
    ...counted.flatMap((one) => ["", `## Where the units go: ${one.title}`, "", ...unitTable(one)]),
    "",
    "## An idle month",
    "",
    `The configured business has ${idle.standardQueues} standard and ${idle.fifoQueues} FIFO queues that feed functions: ${dollars(idle.polls)} of empty polls. With ${idle.alarms} alarms, ${idle.secrets} secrets and ${idle.keys} key it is ${dollars(idle.total)}; the sweeper's run each minute adds ${dollars(sweepUsd)}. A hundred senders of one segment a second share one pair of queues: ${slow.standardQueues} standard and ${slow.fifoQueues} FIFO queues, ${dollars(slow.polls)} of polls. Each sender above three segments a second adds its own pair: ${dollars(2 * monthly("a FIFO queue's idle polls"))} a month.`,
    "",
    "## How to read it",
    "",
    ...notes,
    "",
  ].join("\n");
}

const notes = [
  "- One new person for each message. A person's gate grows with each message of thirty days, so its write takes more units for people who get many.",
  "- Messages come in a burst, so that batches fill; batch sizes stand in the tables. At a trickle every receive brings one message and queue requests go up to three for each hop.",
  "- Requests carry an `Idempotency-Key`, as callers are told to; that costs nothing.",
  "- Providers and apps report to addresses of functions' own: their calls are runs of Lambda and no requests of the API.",
  "- Every execution of the state machine counts two transitions for its start and end, as AWS's own example does.",
  "- Seconds of functions are measured on this machine, where functions and tables share its processors: more waiting than on AWS. The time a batch waits for its slots is real.",
  "- Polls that bring nothing, alarms, keys and secrets cost the same whatever is sent: they are in the idle month.",
  `- Traces are modelled at ${prices.modelled.tracesPerApiRequest * 100} % of API requests. Storage is not in the bills: a million messages keep the stated gigabytes, at ${dollars(monthly("a GB kept in tables, with point-in-time recovery"))} each and month.`,
  "- The local cloud gives a function one message group at a time, so a receive of ten may be several runs and deletes.",
];

function figureTable(figures: readonly Figure[]): string[] {
  const rows = figures.map((figure) => {
    const verdict = keeps(figure, figure.wanted) ? "★" : keeps(figure, figure.owed) ? "✓" : "✗";
    return `| ${verdict} | ${figure.name} | ${short(figure.value)}${figure.unit} | ≤ ${short(figure.owed.value)} | ≤ ${short(figure.wanted.value)} | ${figure.because} |`;
  });
  return ["| | figure | measured | owed | wanted | |", "|---|---|---:|---:|---:|---|", ...rows];
}

function billTable(counted: readonly Counted[]): string[] {
  const bills = counted.map(({ use }) => billFor(use));
  const rows = prices.prices.map(({ what }, row) => {
    const cells = bills.map((bill) => cellOf(bill[row]));
    return `| ${what} | ${cells.join(" | ")} |`;
  });
  const totals = bills.map((bill) => `**${dollars(totalOf(bill))}**`);
  const kept = counted.map(
    ({ use }) => `${(((use["dynamodb.storedBytes"] ?? 0) * 1e6) / 1024 ** 3).toFixed(1)} GB`,
  );
  return [
    `| for a million | ${counted.map(({ title }) => title).join(" | ")} |`,
    `|---|${counted.map(() => "---:|").join("")}`,
    ...rows,
    `| **in all** | ${totals.join(" | ")} |`,
    `| kept in tables | ${kept.join(" | ")} |`,
  ];
}

function cellOf(line: Line | undefined): string {
  if (!line || line.amount === 0) return "·";
  const isBytes = line.what.startsWith("GB ");
  const amount = isBytes ? `${Math.round(line.amount * 1024 ** 3)} B` : short(Number(line.amount.toFixed(3)));
  return `${dollars(line.usd)} (${amount})`;
}

function unitTable({ reading, count }: Counted): string[] {
  const rows = Object.entries(reading.paths).map(([path, { counts, details }]) => {
    const each = (amount = 0) => (amount / count < 0.005 ? "·" : short(Number((amount / count).toFixed(2))));
    const list = (what: "dynamodb.writeUnits" | "dynamodb.readUnits") =>
      Object.entries(details[what] ?? {})
        .map(([name, amount]) => `${name} ${each(amount)}`)
        .join(", ") || "·";
    const receives = (counts["sqs.standard.receives"] ?? 0) + (counts["sqs.fifo.receives"] ?? 0);
    const sends = (counts["sqs.standard.sends"] ?? 0) + (counts["sqs.fifo.sends"] ?? 0);
    const deletes = (counts["sqs.standard.deletes"] ?? 0) + (counts["sqs.fifo.deletes"] ?? 0);
    const batch =
      receives > 0 ? ` (${((counts["sqs.receivedMessages"] ?? 0) / receives).toFixed(1)} a receive)` : "";
    const queues =
      sends + receives + deletes === 0
        ? "·"
        : `${each(sends)} + ${each(receives)} + ${each(deletes)}${batch}`;
    return {
      path,
      row: `| ${path} | ${each(counts["lambda.requests"])} | ${list("dynamodb.writeUnits")} | ${list("dynamodb.readUnits")} | ${queues} |`,
      isIdle: Object.keys(counts).every((name) => name.endsWith("emptyReceives")),
    };
  });
  return [
    "| for one message | runs | write units | read units | queue requests: send + receive + delete |",
    "|---|---:|---|---|---|",
    ...rows.filter(({ isIdle }) => !isIdle).map(({ row }) => row),
  ];
}
