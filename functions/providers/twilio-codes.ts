import type { Mark } from "./provider.ts";
import table from "./twilio-codes.json" with { type: "json" };

/** What a Twilio error code means for us. */
export interface CodeMeaning {
  /** Our word for it, for timelines and counts. */
  readonly reason: string;
  /** What the address turned out to be. */
  readonly mark?: Mark;
  /** Twilio says the request was not processed and may be repeated soon. */
  readonly isBusy: boolean;
}

const rows: Readonly<Record<string, readonly string[]>> = table.codes;

/** Meaning of a code by the table of Twilio's error dictionary; a code we do not know means nothing but itself. */
export function meaningOfCode(code: string): CodeMeaning {
  const [, kind = "unknown-code", mark = ""] = rows[code] ?? [];
  const ours = marks[mark];
  return {
    reason: kind.replaceAll("_", "-"),
    isBusy: kind === "retry_now_backoff",
    ...(ours && { mark: ours }),
  };
}

// Only what is true of the address itself; "not on this channel" and fraud holds are not.
const marks: Readonly<Record<string, Mark>> = {
  invalid: "unreachable",
  not_mobile: "unreachable",
  not_mobile_or_carrier: "unreachable",
  unreachable: "unreachable",
  blocked: "unreachable",
  opted_out: "opted-out",
};
