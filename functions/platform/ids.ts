import { createHash } from "node:crypto";
import { decodeTime, encodeTime, monotonicFactory } from "ulid";

/** Kinds of ids; the prefix says what an id names. */
export type IdKind = "con" | "adr" | "msg" | "cmp" | "cse" | "inb" | "key" | "whk" | "evt" | "clk";

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
  return `${kind}_${lettersOf(seed, 26)}`;
}

/** The same, in the order of the instants. */
export function sortableIdFrom(kind: IdKind, at: number, seed: string): string {
  return `${kind}_${encodeTime(at, timeLetters)}${lettersOf(seed, 26 - timeLetters)}`;
}

/** The first id of an instant, and a place before all that come later. */
export function earliestId(kind: IdKind, at: number): string {
  return `${kind}_${encodeTime(at, timeLetters)}${"0".repeat(26 - timeLetters)}`;
}

function lettersOf(seed: string, count: number): string {
  const digest = createHash("sha256").update(seed).digest();
  return Array.from(digest.subarray(0, count), (byte) => crockford[byte % 32]).join("");
}

/** Letters of a ULID that tell the time. */
const timeLetters = 10;

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
