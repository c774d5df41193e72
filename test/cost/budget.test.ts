import { afterAll, beforeAll, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { kinds, measure } from "../../bench/cost/kinds.ts";
import type { Counter, Reading } from "../../local/meter.ts";

/** A multiple of five: one person in five sees no notification. */
const count = 10;
/** Two writers of one message may meet: the slower one reads and writes again. More than this is no accident. */
const meetings = 6;

/**
 * What one message may use, from reading the meter on the day it was written down. Who makes a message cheaper lowers the number
 * here; who raises one says in the commit what people get for it. What is not in the list may not be used at all.
 */
const budgets: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  single: {
    "api.requests": 1,
    "sqs.standard.sends": 2,
    "sqs.fifo.sends": 1,
    "events.published": 1,
    // Accepted with its plan, begun, delivered.
    "write Messages msg message": 3,
    "write Messages/byContact msg message": 1,
    "write Messages/byDue msg message": 2,
    // Half a unit where an older copy will do: deliver, and each of the two receipts.
    "read Messages msg message": 1.5,
    "read Contacts con profile": 1.5,
    "write Contacts con gate": 1,
    "read Contacts con gate": 1.5,
    // How often a batch looks while it waits in line depends on the machine.
    "write Counters sender slots": 4,
    "read Counters sender slots": 8,
    // A warm worker looks once in a few seconds, however many messages it has.
    "read Counters switches board": 0.5,
    // A key that is used a lot counts its requests once in a fiftieth of its limit.
    "write Counters requests minute": 0.5,
  },
  failover: {
    "api.requests": 1,
    "sqs.standard.sends": 1.2,
    "sqs.fifo.sends": 1.2,
    "events.published": 2.2,
    // Those of half a second share an execution; a batch comes to its end together.
    "states.executions": 0.5,
    "states.steps": 1,
    // Stored with its plan, begun, taken, seen; for who did not see it moved on, begun and ended in place of seen.
    "write Messages msg message": 4.4,
    // Whose wait ends within a minute or so is put on the list at once.
    "write Messages cohort msg": 1,
    "read Messages cohort msg": 0.5,
    "write Messages/byContact msg message": 1,
    "write Messages/byDue msg message": 2.2,
    "read Messages msg message": 2.6,
    "read Contacts con profile": 1.6,
    "write Contacts con gate": 1.2,
    "read Contacts con gate": 1.6,
    "write Counters sender slots": 5,
    "read Counters sender slots": 8,
    // A warm worker looks once in a few seconds, however many messages it has.
    "read Counters switches board": 0.5,
    // A key that is used a lot counts its requests once in a fiftieth of its limit.
    "write Counters requests minute": 0.5,
  },
  // Ten recipients share what a page of a thousand shares: its item, its tally, its turn and its cohort.
  campaign: {
    "api.requests": 0.3,
    "sqs.standard.sends": 1.6,
    "sqs.fifo.sends": 0.2,
    "events.published": 1.5,
    "states.executions": 0.2,
    "states.steps": 0.4,
    "write Campaigns cmp campaign": 0.2,
    "write Campaigns campaigns cmp": 0.1,
    "write Campaigns cmp page": 0.1,
    "write Campaigns cmp tally": 0.4,
    "write Campaigns reminders cmp": 0.2,
    "read Campaigns nothing": 0.1,
    "read Campaigns cmp campaign": 0.8,
    "read Campaigns cmp page": 0.3,
    "read Campaigns cmp tally": 0.7,
    // Stored when it was taken, and seen; for who did not see it moved on, begun and ended in place of seen.
    "write Messages msg message": 2.4,
    "write Messages/byContact msg message": 1,
    // The list of a cohort: one entry for each batch.
    "write Messages cohort msg": 0.3,
    "read Messages cohort msg": 0.5,
    "read Messages msg message": 1.8,
    "read Contacts con profile": 1.1,
    "write Contacts con gate": 1.2,
    "read Contacts con gate": 1.2,
    // A few seconds at the start of a sender, when its workers divide the tracks.
    "write Counters sender slots": 7,
    "read Counters sender slots": 9,
    "read Counters switches board": 0.5,
    "write Counters requests minute": 0.5,
  },
  inbound: {
    "sqs.standard.sends": 1,
    "events.published": 1,
    "write Messages inb message": 1,
    "write Messages/byContact inb message": 1,
    "write Contacts con gate": 1,
    "read Contacts con gate": 1.5,
    "read Contacts con profile": 1,
    "read Contacts address owner": 1,
  },
};

const counted: readonly Counter[] = [
  "api.requests",
  "sqs.standard.sends",
  "sqs.fifo.sends",
  "events.published",
  "states.executions",
  "states.steps",
  "scheduler.invocations",
];

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
});
afterAll(async () => laptop.stop());

it.each(kinds)("$title uses no more than was written down", async (kind) => {
  const used = usedIn(await measure(laptop, kind, count));
  const budget = budgets[kind.name] ?? {};
  const over = Object.entries(used).filter(([what, amount]) => amount > allowed(what, budget[what] ?? 0));
  expect(over.map(([what, amount]) => `${what}: ${amount / count} instead of ${budget[what] ?? 0}`)).toEqual(
    [],
  );
  expect(Object.keys(used), "the meter is running").toEqual(expect.arrayContaining(["sqs.standard.sends"]));
});

/** Messages are sent, published and asked for in exact numbers; only units can grow by a meeting. */
function allowed(what: string, each: number): number {
  const isUnits = what.startsWith("write ") || what.startsWith("read ");
  return Math.round(each * count) + (isUnits && each > 0 ? meetings : 0);
}

/** By counter, and units by the item they went to, whoever asked. */
function usedIn({ total, paths }: Reading): Readonly<Record<string, number>> {
  const used: Record<string, number> = {};
  for (const counter of counted) if (total[counter]) used[counter] = total[counter];
  for (const { details } of Object.values(paths)) {
    for (const [way, counter] of [
      ["write", "dynamodb.writeUnits"],
      ["read", "dynamodb.readUnits"],
    ] as const)
      for (const [item, units] of Object.entries(details[counter] ?? {}))
        used[`${way} ${item}`] = (used[`${way} ${item}`] ?? 0) + units;
  }
  return used;
}
