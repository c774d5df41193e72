import type { Row } from "./results.ts";

/** What Heliograph is held to in a run. */
export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly isKept: boolean;
  /** The bound it is held to, and the one that is wished for. */
  readonly owed: string;
  readonly wanted: string;
  readonly isWanted: boolean;
  readonly text: string;
}

/** Whether a run of Heliograph keeps what it promises. */
export function goalsOf({ rate, measures }: Row): readonly Goal[] {
  const { utilisation, worstTolerant, urgent } = measures;
  const p95 = urgent?.p95 ?? Number.NaN;
  const p99 = urgent?.p99 ?? Number.NaN;
  const [latest, wish] = [2000 / rate + 50, 1000 / rate + 20];
  return [
    {
      name: "utilisation",
      value: utilisation,
      isKept: utilisation >= 0.99,
      isWanted: utilisation >= 0.999,
      owed: "≥ 0.99",
      wanted: "≥ 0.999",
      text: utilisation.toFixed(4),
    },
    {
      name: "most in 990 ms",
      value: worstTolerant,
      isKept: worstTolerant <= rate,
      isWanted: worstTolerant <= rate,
      owed: `≤ ${rate}`,
      wanted: `≤ ${rate}`,
      text: String(worstTolerant),
    },
    {
      name: "urgent p95",
      value: p95,
      isKept: p95 <= latest,
      isWanted: p99 <= wish,
      owed: `≤ ${latest} ms`,
      wanted: `p99 ≤ ${wish} ms`,
      text: `${Math.round(p95)} ms (p99 ${Math.round(p99)} ms)`,
    },
  ];
}
