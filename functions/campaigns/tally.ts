import * as z from "zod/mini";
import { finalStatuses, type Message, Status } from "../messages/message.ts";
import type { Page } from "./page.ts";

/** Where a recipient stands: as their message does, not decided yet, or named on an earlier page. */
export const Standing = z.enum(["waiting", "duplicate", ...Status.options]);
/** Where a recipient stands. */
export type Standing = z.infer<typeof Standing>;

const Counts = z.partialRecord(Standing, z.int());
/** How many stand where. */
export type Counts = z.infer<typeof Counts>;

/** The count of one page: a small item beside it, so that counting a campaign reads no recipients. */
export const Tally = z.object({
  page: z.int(),
  recipients: z.int(),
  /** Those whose message has ended. */
  settled: Counts,
  /** Those who have to be looked at again, and their places. */
  moving: Counts,
  open: z.string(),
  /** Why messages were suppressed. */
  suppressedBy: z.record(z.string(), z.int()),
  /** When somebody began to decide on it: from then on queues may carry messages of it that nobody has stored. */
  begunAt: z.optional(z.int()),
  /** When everybody on it had been decided on. */
  decidedAt: z.optional(z.int()),
  /** When those whom nobody had stored by then were last decided on again. */
  againAt: z.optional(z.int()),
  /** When everybody on it had been told that it is called off. */
  canceledAt: z.optional(z.int()),
  countedAt: z.int(),
  /** When somebody has to look whether its messages go on; absent when the sweeper looks after all that are left. */
  lookAt: z.optional(z.int()),
  version: z.int(),
});
/** The count of one page. */
export type Tally = z.infer<typeof Tally>;

/** The count of a page that was just added. */
export function newTally({ number, recipients }: Page, now: number): Tally {
  return {
    page: number,
    recipients: recipients.length,
    settled: {},
    moving: recipients.length > 0 ? { waiting: recipients.length } : {},
    open: placesToText(recipients.keys()),
    suppressedBy: {},
    countedAt: now,
    version: 0,
  };
}

/** What was found of one recipient. */
export interface Found {
  readonly standing: Standing;
  readonly reason?: string;
}

/** What a recipient's message says of them on this page; whoever has none stored is on a queue, unless nobody was ever decided on. */
export function foundIn(
  message: Message | undefined,
  { page, begunAt, canceledAt }: Pick<Tally, "page" | "begunAt" | "canceledAt">,
): Found {
  if (!message)
    return { standing: canceledAt !== undefined && begunAt === undefined ? "canceled" : "queued" };
  if (message.campaignPage !== page) return { standing: "duplicate" };
  const { status: standing, reason } = message;
  return { standing, ...(standing === "suppressed" && reason !== undefined && { reason }) };
}

/** Who has to be looked at to count a page: those whose message has not ended, or everybody, because late proof changes an end. */
export function placesToLookAt({ recipients, open }: Tally, isFull: boolean): readonly number[] {
  return isFull ? Array.from({ length: recipients }, (_, place) => place) : placesIn(open);
}

/** The count with what was found at places that were to be looked at. */
export function counted(tally: Tally, found: ReadonlyMap<number, Found>, now: number): Tally {
  const isFull = found.size === tally.recipients;
  const settled = { ...(isFull ? {} : tally.settled) };
  const suppressedBy = { ...(isFull ? {} : tally.suppressedBy) };
  const moving: Counts = {};
  const open: number[] = [];
  for (const [place, { standing, reason }] of found) {
    const counts = isSettled(standing) ? settled : moving;
    counts[standing] = (counts[standing] ?? 0) + 1;
    if (!isSettled(standing)) open.push(place);
    if (standing === "suppressed") {
      const why = reason ?? "unknown";
      suppressedBy[why] = (suppressedBy[why] ?? 0) + 1;
    }
  }
  return { ...tally, settled, moving, suppressedBy, open: placesToText(open), countedAt: now };
}

/** Whether nobody on the page has to be looked at again. */
export function isSettledPage({ moving }: Tally): boolean {
  return Object.values(moving).every((count) => count === 0);
}

/** Everybody on these pages, by where they stand. */
export function totalsOf(tallies: readonly Tally[]): Counts {
  const totals: Counts = {};
  for (const { settled, moving } of tallies)
    for (const counts of [settled, moving])
      for (const standing of Standing.options)
        if (counts[standing]) totals[standing] = (totals[standing] ?? 0) + counts[standing];
  return totals;
}

function isSettled(standing: Standing): boolean {
  return standing === "duplicate" || finalStatuses.has(standing as Status);
}

/** Places as bits: a thousand of them in 168 characters. */
function placesToText(places: Iterable<number>): string {
  const bytes: number[] = [];
  for (const place of places) {
    const at = place >> 3;
    while (bytes.length <= at) bytes.push(0);
    bytes[at] = (bytes[at] ?? 0) | (1 << (place & 7));
  }
  return Buffer.from(bytes).toString("base64");
}

function placesIn(text: string): readonly number[] {
  return [...Buffer.from(text, "base64")].flatMap((byte, at) =>
    bits.filter((bit) => (byte & (1 << bit)) !== 0).map((bit) => at * 8 + bit),
  );
}

const bits = [0, 1, 2, 3, 4, 5, 6, 7] as const;
