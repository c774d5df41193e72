import type { VariableType } from "./variable.ts";

/** For whom values are written. */
export interface Reader {
  readonly locale: string;
  readonly zone: string;
}

interface Row {
  /** Kinds of values it can write; what is another kind stays as it is. */
  readonly takes: readonly VariableType[];
  readonly argument: RegExp | "none";
  readonly write: (value: unknown, argument: string, reader: Reader) => unknown;
}

const words: Row["takes"] = ["text", "url"];
const all: Row["takes"] = ["text", "number", "boolean", "time", "url"];

/** Every format there is. */
export const formats: ReadonlyMap<string, Row> = new Map(
  Object.entries({
    default: { takes: all, argument: /./, write: (value, argument) => (isBlank(value) ? argument : value) },
    upper: {
      takes: words,
      argument: "none",
      write: (value, _, { locale }) => textOf(value).toLocaleUpperCase(locale),
    },
    lower: {
      takes: words,
      argument: "none",
      write: (value, _, { locale }) => textOf(value).toLocaleLowerCase(locale),
    },
    number: {
      takes: ["number"],
      argument: "none",
      write: (value, _, { locale }) => onNumber(value, (number) => number.toLocaleString(locale)),
    },
    currency: {
      takes: ["number"],
      argument: /^[A-Z]{3}$/,
      write: (value, currency, { locale }) =>
        onNumber(value, (number) => number.toLocaleString(locale, { style: "currency", currency })),
    },
    date: {
      takes: ["time"],
      argument: /^(short|medium|long|full)$/,
      write: (value, style, reader) => onTime(value, reader, { dateStyle: styleOf(style) }),
    },
    time: {
      takes: ["time"],
      argument: /^(short|medium)$/,
      write: (value, style, reader) => onTime(value, reader, { timeStyle: styleOf(style) }),
    },
  } satisfies Record<string, Row>),
);

/** Whether there is nothing to write. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** A value without any format. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

const styles = { short: "short", medium: "medium", long: "long", full: "full" } as const;

function styleOf(name: string): (typeof styles)[keyof typeof styles] {
  return Object.values(styles).find((style) => style === name) ?? "medium";
}

function onNumber(value: unknown, write: (number: number) => string): unknown {
  return typeof value === "number" ? write(value) : value;
}

function onTime(value: unknown, { locale, zone }: Reader, how: Intl.DateTimeFormatOptions): unknown {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) return value;
  return new Intl.DateTimeFormat(locale, { ...how, timeZone: zone }).format(at);
}
