import type { Track } from "./slot-clock.ts";
import { workerLetters, workerOf } from "./turn.ts";

/** The calls of a slot: how many are still to come, and when the last one began. */
interface Noted {
  waiting: number;
  started?: number;
  /** Where it is counted since it starts together with others. */
  joined?: Noted;
}

/** What a worker has learnt of the machine it runs on, and what it has done lately; it outlives the batch. */
export interface Worker {
  readonly name: string;
  /** Long enough to be its own among all workers there ever are; a name that is written with every slot is not. */
  readonly id: string;
  /** Milliseconds by which its timers may be late. */
  slack: number;
  /** Milliseconds a look at the slot clock takes. */
  lead: number;
  /** Batches that are on their way have a desk each. */
  readonly desks: Set<number>;
  /** Attempts it has taken up. */
  runs: number;
  /** What became of slots. */
  readonly slots: Map<string, Noted>;
}

/** A timer that is later than this was held up by something: the call takes a new slot. */
const longestSlackMilliseconds = 50;
const shortestSlackMilliseconds = 1;
const slackDecay = 0.98;
const longestLeadMilliseconds = 1_000;
const leadDecay = 0.97;
/** Of a random id, these are 64 bits. */
const idLetters = 16;
/** More slots than any sender gives out in a window. */
const slotsRemembered = 2_000;

/** A worker that has not measured anything yet; its name is its own. */
export function newWorker(name: string): Worker {
  const letters = name.replaceAll(/[^\w]/g, "");
  return {
    name: letters.slice(-workerLetters).padStart(workerLetters, "0"),
    id: letters.slice(-idLetters),
    slack: shortestSlackMilliseconds,
    lead: 10,
    desks: new Set(),
    runs: 0,
    slots: new Map(),
  };
}

/** A place at a worker: what one batch after the other does there, goes by one clock and takes turns as one. */
export function deskOf(worker: Worker): { readonly name: string; readonly leave: () => void } {
  let number = 0;
  while (worker.desks.has(number)) number += 1;
  worker.desks.add(number);
  return {
    name: `${worker.name}${number.toString(36)}`,
    leave: () => void worker.desks.delete(number),
  };
}

/** A name for one run at an attempt, that no other run anywhere has: who finds it takes what stands there for its own. */
export function runAt(worker: Worker): string {
  worker.runs += 1;
  return `${worker.id}.${worker.runs.toString(36)}`;
}

/** Learns fast that timers are late, and forgets it slowly. */
export function learnSlack(worker: Worker, late: number): void {
  worker.slack =
    late > worker.slack
      ? Math.min(longestSlackMilliseconds, Math.max(late, worker.slack * 2))
      : Math.max(shortestSlackMilliseconds, worker.slack * slackDecay);
}

/** A slot that is missed is lost, one that is asked for too early only delays urgent messages: learn fast, forget slowly. */
export function learnLead(worker: Worker, took: number): void {
  worker.lead = Math.min(longestLeadMilliseconds, Math.max(took, worker.lead * leadDecay));
}

interface At {
  readonly by: string;
  readonly at: number;
}

/** Remembers that a call is to be made at a slot. */
export function noteSlot({ slots }: Worker, senderId: string, slot: At): void {
  const key = keyOf(senderId, slot);
  const noted = notedAt(slots, key) ?? { waiting: 0 };
  noted.waiting += 1;
  if (!slots.has(key)) slots.set(key, noted);
  if (slots.size <= slotsRemembered) return;
  const [oldest = ""] = slots.keys();
  slots.delete(oldest);
}

/** Remembers that a slot starts later: some of its calls may have been made in time, and others may start then, too. */
export function noteMove({ slots }: Worker, senderId: string, by: string, from: number, to: number): void {
  const [fromKey, toKey] = [keyOf(senderId, { by, at: from }), keyOf(senderId, { by, at: to })];
  const [moved, there] = [notedAt(slots, fromKey), notedAt(slots, toKey)];
  if (!moved || moved === there) return;
  if (!there) return void slots.set(toKey, moved);
  there.waiting += moved.waiting;
  begun(there, moved.started);
  moved.joined = there;
}

/** Remembers when the call was made, or that it was not. */
export function noteCall(
  { slots }: Worker,
  senderId: string,
  call: At & { readonly started?: number },
): void {
  const noted = notedAt(slots, keyOf(senderId, call));
  if (!noted) return;
  noted.waiting -= 1;
  begun(noted, call.started);
}

/** Remembers that a call really left later than it was to: what a machine does in between may take its time. */
export function noteStart(
  { slots }: Worker,
  senderId: string,
  call: At & { readonly started: number },
): void {
  const noted = notedAt(slots, keyOf(senderId, call));
  if (noted) begun(noted, call.started);
}

/** When the last call of a track was made; undefined while that is not known, `never` when none was. */
export function startOf({ slots }: Worker, senderId: string, track: Track): number | "never" | undefined {
  const noted = notedAt(slots, keyOf(senderId, track));
  if (!noted || noted.waiting > 0) return undefined;
  return noted.started ?? "never";
}

/** The last one counts. */
function begun(noted: Noted, started: number | undefined): void {
  if (started !== undefined) noted.started = Math.max(noted.started ?? 0, started);
}

function notedAt(slots: Worker["slots"], key: string): Noted | undefined {
  let noted = slots.get(key);
  while (noted?.joined) noted = noted.joined;
  return noted;
}

/** Desks of one worker may fill one track together. */
function keyOf(senderId: string, { by, at }: At): string {
  return `${senderId} ${workerOf(by)} ${at}`;
}
