import { createHash } from "node:crypto";
import { decodeTime, monotonicFactory } from "ulid";

/** Kinds of ids; the prefix says what an id names. */
export type IdKind = "con" | "adr" | "msg" | "cmp" | "cse" | "inb" | "key";

/** Makes ids; passed in wherever something new gets one. */
export interface Ids {
  readonly next: (kind: IdKind, now: number) => string;
}

const ulid = monotonicFactory();

/** Sortable ids: a ULID behind the kind, never two alike. */
export const sortableIds: Ids = { next: (kind, now) => `${kind}_${ulid(now)}` };

/** When a sortable id was made: the same however late a retry asks. */
export function timeOfId(id: string): number {
  return decodeTime(id.slice(id.indexOf("_") + 1));
}

/** The same id for the same seed: makes "once per inbound message" and the like safe to run twice. */
export function idFrom(kind: IdKind, seed: string): string {
  const digest = createHash("sha256").update(seed).digest();
  return `${kind}_${Array.from(digest.subarray(0, 26), (byte) => crockford[byte % 32]).join("")}`;
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
