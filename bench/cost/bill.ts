import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import type { Counter, Reading } from "../../local/meter.ts";

const Priced = z.object({ usd: z.number(), source: z.string() });
const Prices = z.object({
  date: z.iso.date(),
  region: z.string(),
  note: z.string(),
  prices: z.array(z.extend(Priced, { service: z.string(), what: z.string(), per: z.number() })),
  monthly: z.array(z.extend(Priced, { what: z.string() })),
  modelled: z.object({
    tracesPerApiRequest: z.number(),
    transitionsAroundExecution: z.number(),
    why: z.string(),
  }),
  peers: z.array(z.extend(Priced, { name: z.string() })),
  naive: z.extend(Priced, { what: z.string() }),
});

/** The dated price table. */
export const prices = Prices.parse(JSON.parse(readFileSync(new URL("prices.json", import.meta.url), "utf8")));

/** What one message has used on average. */
export type Use = Readonly<Partial<Record<Counter, number>>>;

/** One line of a bill: so many of something for a million messages. */
export interface Line {
  readonly service: string;
  readonly what: string;
  /** How many one message takes. */
  readonly amount: number;
  /** Dollars for a million messages. */
  readonly usd: number;
}

const million = 1_000_000;
const gigabyte = 1024 ** 3;

/** What a million messages cost, line by line; polls of idle queues come every month and are not a message's. */
export function billFor(use: Use): readonly Line[] {
  const amounts = amountsIn(use);
  return prices.prices.map(({ service, what, usd, per }) => {
    const amount = amounts[what];
    if (amount === undefined) throw new Error(`Nothing is counted under ${what}`);
    return { service, what, amount, usd: (amount / per) * usd * million };
  });
}

function amountsIn(use: Use): Readonly<Record<string, number>> {
  const of = (...counters: readonly Counter[]) =>
    counters.reduce((sum, counter) => sum + (use[counter] ?? 0), 0);
  const { tracesPerApiRequest, transitionsAroundExecution } = prices.modelled;
  return {
    "HTTP API requests": of("api.requests"),
    "Lambda requests": of("lambda.requests"),
    "Lambda GB-seconds on arm64": of("lambda.gigabyteSeconds"),
    "standard queue requests": requestsTo(use, "standard"),
    "FIFO queue requests": requestsTo(use, "fifo"),
    "write request units": of("dynamodb.writeUnits"),
    "read request units": of("dynamodb.readUnits"),
    "state transitions": of("states.steps") + transitionsAroundExecution * of("states.executions"),
    events: of("events.published"),
    "schedules that fired": of("scheduler.invocations"),
    "secret reads": of("secrets.calls"),
    "GB written to logs": of("logs.bytes") / gigabyte,
    "traces recorded": of("api.requests") * tracesPerApiRequest,
    "GB to the internet": of("api.bytesOut", "lambda.bytesOut") / gigabyte,
  };
}

/** Requests to queues of a kind, without receives that brought nothing. */
export function requestsTo(use: Use, kind: "standard" | "fifo"): number {
  const counters: readonly Counter[] = [
    `sqs.${kind}.sends`,
    `sqs.${kind}.receives`,
    `sqs.${kind}.deletes`,
    `sqs.${kind}.others`,
  ];
  return counters.reduce((sum, counter) => sum + (use[counter] ?? 0), 0);
}

/** Dollars of a bill. */
export function totalOf(bill: readonly Line[]): number {
  return bill.reduce((sum, { usd }) => sum + usd, 0);
}

/** What one of so many messages has used on average. */
export function useOf(reading: Reading, count: number): Use {
  return Object.fromEntries(
    Object.entries(reading.total).map(([counter, amount]) => [counter, amount / count]),
  );
}

/** Uses mixed by their shares. */
export function mixed(parts: readonly { readonly use: Use; readonly share: number }[]): Use {
  const mix: Partial<Record<string, number>> = {};
  for (const { use, share } of parts)
    for (const [counter, amount] of Object.entries(use)) mix[counter] = (mix[counter] ?? 0) + amount * share;
  return mix;
}

/** A monthly price of the table. */
export function monthly(what: string): number {
  const found = prices.monthly.find((one) => one.what === what);
  if (!found) throw new Error(`The price table lacks ${what}`);
  return found.usd;
}
