/** One measured figure with what it is held to. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Written behind the number, such as ×. */
  readonly unit: string;
  readonly owed: Bound;
  readonly wanted: Bound;
  /** Where the number comes from, in absolute terms. */
  readonly because: string;
}

/** A bound that a figure keeps. */
export interface Bound {
  readonly is: "at most" | "at least";
  readonly value: number;
}

/** What a part of the benchmark found: its figures, and lines for those who want to know more. */
export interface Finding {
  readonly figures: readonly Figure[];
  readonly details: readonly string[];
}

/** Whether a figure keeps a bound. */
export function keeps({ value }: Pick<Figure, "value">, bound: Bound): boolean {
  return bound.is === "at most" ? value <= bound.value : value >= bound.value;
}

/** A number with three digits that say something. */
export function short(value: number): string {
  if (value === 0 || Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
