import { contenders } from "./cases.ts";
import { goalsOf } from "./goals.ts";
import type { Results, Row } from "./results.ts";
import { pause } from "./table.ts";

/** What the figures say, whoever they favour: sentences are chosen by the results. */
export function reading({ rows }: Results): readonly string[] {
  const rates = [...new Set(rows.map(({ rate }) => rate))];
  return [...rates.flatMap((rate) => atRate(rows.filter((row) => row.rate === rate))), ...overAll(rows)];
}

function atRate(rows: readonly Row[]): readonly string[] {
  const [first] = rows;
  if (!first) return [];
  const at = `At ${first.rate} mps`;
  const within = rows.filter(({ measures, rate }) => measures.worstTolerant <= rate);
  const over = rows.filter((row) => !within.includes(row));
  const fullest = within.toSorted((one, other) => other.measures.utilisation - one.measures.utilisation)[0];
  const quickest = rows
    .filter(({ measures }) => measures.urgent)
    .toSorted((one, other) => waitOf(one) - waitOf(other))[0];
  return [
    over.length > 0
      ? `${at} more than the rate within 990 ms: ${over.map((row) => `${nameOf(row)} (${row.measures.worstTolerant})`).join(", ")}.`
      : `${at} nobody sends more than the rate within 990 ms.`,
    ...(fullest
      ? [
          `${at} the best use of the rate without exceeding it is ${nameOf(fullest)}'s: ${fullest.measures.utilisation.toFixed(3)}.`,
        ]
      : []),
    ...(quickest
      ? [`${at} urgent messages wait least with ${nameOf(quickest)}: p95 ${pause(waitOf(quickest))}.`]
      : []),
  ];
}

function overAll(rows: readonly Row[]): readonly string[] {
  const ours = rows.filter(({ contender }) => contender === "heliograph");
  const others = rows.filter(({ contender }) => contender !== "heliograph");
  const missed = ours.flatMap((row) =>
    goalsOf(row)
      .filter(({ isKept }) => !isKept)
      .map(({ name, text, owed }) => `${name} ${text} at ${row.rate} mps ×${row.workers} (owed ${owed})`),
  );
  const dearest = Math.max(...ours.map(({ cpuMilliseconds }) => cpuMilliseconds));
  const cheapest = others.toSorted((one, other) => one.cpuMilliseconds - other.cpuMilliseconds)[0];
  const faulty = rows.filter(({ measures: { lost, doubled } }) => lost + doubled > 0);
  return [
    missed.length > 0
      ? `Heliograph misses what it owes in: ${missed.join("; ")}.`
      : "Heliograph keeps everything it owes.",
    ...faulty.map(
      (row) =>
        `${nameOf(row)} at ${row.rate} mps: ${row.measures.lost} had not come when the run was given up (twice its length, or eight seconds without a message), ${row.measures.doubled} came twice.`,
    ),
    ...(cheapest && dearest > cheapest.cpuMilliseconds
      ? [
          `Heliograph uses up to ${dearest.toFixed(1)} ms of CPU for a message, ${nameOf(cheapest)} ${cheapest.cpuMilliseconds.toFixed(1)} ms: who needs nothing but pace, without consent, records and failover, gets it cheaper there.`,
        ]
      : []),
  ];
}

function waitOf({ measures }: Row): number {
  return measures.urgent?.p95 ?? Number.POSITIVE_INFINITY;
}

function nameOf({ contender, workers }: Row): string {
  return `${contenders[contender].title} ×${workers}`;
}
