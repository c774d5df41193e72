import { contenders } from "./cases.ts";
import type { Row } from "./results.ts";

/** Headings of the table, in the order of its cells. */
export const headings = [
  "contender",
  "mps",
  "workers",
  "utilisation",
  "most in 1 s",
  "most in 990 ms",
  "windows over",
  "uneven by p50 / p99",
  "lost",
  "doubled",
  "urgent p50 / p95 / p99",
  "CPU",
] as const;

/** What a run came to, cell by cell. */
export function cellsOf({ contender, rate, workers, measures, cpuMilliseconds }: Row): readonly string[] {
  const { utilisation, worst, worstTolerant, over, jitter, lost, doubled, urgent } = measures;
  return [
    contenders[contender].title,
    String(rate),
    `×${workers}`,
    utilisation.toFixed(3),
    String(worst),
    String(worstTolerant),
    String(over),
    `${pause(jitter.p50)} / ${pause(jitter.p99)}`,
    String(lost),
    String(doubled),
    urgent ? [urgent.p50, urgent.p95, urgent.p99].map(pause).join(" / ") : "none came",
    `${cpuMilliseconds.toFixed(1)} ms`,
  ];
}

/** The rows under their headings, for a terminal. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .join("\n");
}

/** Heliograph's figures in one line. */
export function summaryOf(rows: readonly Row[]): string {
  return rows
    .filter(({ contender }) => contender === "heliograph")
    .map(({ rate, workers, measures: { utilisation, worst, worstTolerant, over, urgent } }) =>
      [
        `heliograph ${rate} mps ×${workers}: utilisation ${utilisation.toFixed(4)}`,
        `worst window ${worst} in 1 s, ${worstTolerant} in 990 ms (${over} over)`,
        `urgent p95 ${pause(urgent?.p95 ?? Number.NaN)} p99 ${pause(urgent?.p99 ?? Number.NaN)}`,
      ].join(", "),
    )
    .join(" | ");
}

/** Milliseconds as people read them. */
export function pause(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(0)} s`;
  if (milliseconds >= 1_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
