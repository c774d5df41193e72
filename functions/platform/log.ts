import { keptTrace } from "./trace.ts";

/** What a log line may carry: ids, closed words and counts; never an address, a name or a text. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One JSON line per fact. */
export interface Log {
  readonly info: (event: string, fields?: LogFields) => void;
  readonly warn: (event: string, fields?: LogFields) => void;
  /** Records what went wrong by name and code; an error's message may quote what a person wrote, so it stays out. */
  readonly error: (event: string, error: unknown, fields?: LogFields) => void;
}

/** The log of this function. */
export const log: Log = {
  info: (event, fields) => console.log(line("info", event, fields)),
  warn: (event, fields) => console.warn(line("warn", event, fields)),
  error: (event, error, fields) => console.error(line("error", event, { ...fields, ...nameOf(error) })),
};

/** The ids in something that is worked on: what finds it again in tables and events, and names nobody. */
export function idsIn(item: unknown): LogFields {
  const fields = typeof item === "object" && item !== null ? Object.entries(item) : [];
  return Object.fromEntries(fields.filter(([, value]) => typeof value === "string" && id.test(value)));
}

const id = /^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}(\.\d{1,4})?$/;

function line(level: string, event: string, fields: LogFields = {}): string {
  return JSON.stringify({ level, event, ...fields, traceId: keptTrace() });
}

function nameOf(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const at = error.stack?.split("\n").find((row) => row.trimStart().startsWith("at "));
  return { error: error.name, at: at?.trim() };
}
