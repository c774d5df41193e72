import { isCarried } from "../messages/carried.ts";
import { log, type LogFields } from "../platform/log.ts";
import { type ItemOutcome, outcomeOf } from "../platform/queue.ts";
import { callAt, prepare } from "./attempt-delivery.ts";
import type { BatchUsing, Prepared } from "./due.ts";
import { type None, type Pace, paceOf } from "./pace.ts";
import { type Preparing, preparing } from "./preparing.ts";
import { postpone } from "./postpone.ts";
import { putOff, untilOf } from "./put-off.ts";
import { dueNow, type Ready } from "./ready.ts";
import { runOf } from "./rate.ts";
import type { Sender } from "./sender.ts";

/** How long a batch stays before it goes when its sender is closed: a queue that is emptied into holds at full speed helps nobody. */
const closedPauseMilliseconds = 15_000;
/** How much is prepared ahead of its slots: enough to ride out a slow table, little enough for a worker that dies to leave in doubt. */
const aheadSeconds = 0.3;
/** Where texts differ in length there has to be a choice of what fits. */
const aheadSecondsForChoice = 1.5;

/** One batch under way: where its attempts report what came of them. */
interface Run {
  readonly sender: Sender;
  readonly pace: Pace;
  readonly using: BatchUsing;
  /** Follows one attempt's work to its end. */
  readonly follow: (order: number, work: Promise<void>) => void;
}

/** Makes the attempts of one sender, each at its slot. No call waits for the reply of the one before. */
export async function deliverRun(
  ready: readonly Ready[],
  using: BatchUsing,
): Promise<readonly ItemOutcome[]> {
  const [first] = ready;
  if (!first) return [];
  const { sender, delivery } = first;
  const isUrgent = ready.every((one) => one.isUrgent);
  const pace = paceOf(sender, isUrgent, using);
  const outcomes: ItemOutcome[] = ready.map(() => "done");
  const works: Promise<void>[] = [];
  const follow = (order: number, work: Promise<void>) => {
    const followed = outcomeOf(work, ready[order]?.delivery ?? delivery, aboutOf(ready[order])).then(
      (outcome) => {
        if (outcome === "again") outcomes[order] = outcome;
      },
    );
    works.push(followed);
  };
  const run: Run = { sender, pace, using, follow };
  try {
    await (isUrgent ? sendUrgent(ready, run, outcomes) : sendInLine(ready, run, outcomes));
    await Promise.all(works);
  } finally {
    pace.end();
  }
  return outcomes;
}

function aboutOf(ready: Ready | undefined): LogFields {
  return ready ? { messageId: ready.message.id, attemptId: ready.attempt.id } : {};
}

/** Urgent messages are prepared while their slots are taken: whichever takes longer is all they wait for. */
async function sendUrgent(ready: readonly Ready[], run: Run, outcomes: ItemOutcome[]): Promise<void> {
  const { pace, using, follow } = run;
  let waiting = ready.map((one, order) => ({
    order,
    segments: one.segments,
    work: preparedOr(one, order, outcomes, using),
  }));
  while (waiting.length > 0) {
    const chosen = await pace.choose(() => ({
      segments: waiting.map(({ segments }) => segments),
      toCome: 0,
    }));
    if (chosen.is === "none") {
      for (const { order, work } of waiting) follow(order, putOffWhen(work, chosen, using));
      return;
    }
    for (const { index, at } of chosen.slots) {
      const one = waiting[index];
      if (one) follow(one.order, callWhen(one.work, at, pace, using));
    }
    const gone = new Set(chosen.slots.map(({ index }) => index));
    waiting = waiting.filter((_, index) => !gone.has(index));
  }
}

async function callWhen(
  work: Promise<Prepared | undefined>,
  slot: number,
  pace: Pace,
  using: BatchUsing,
): Promise<void> {
  const prepared = await work;
  if (prepared) await callAt(slot, prepared, pace, using);
  else pace.leave(slot);
}

async function putOffWhen(work: Promise<Prepared | undefined>, why: None, using: BatchUsing): Promise<void> {
  const prepared = await work;
  if (prepared) await putOff(prepared.due, why, using);
}

/** The others wait for their turn; then a few at a time take their slots, just before these come. */
async function sendInLine(ready: readonly Ready[], run: Run, outcomes: ItemOutcome[]): Promise<void> {
  const { sender, pace, using, follow } = run;
  const ahead = preparing(ready, {
    segmentsAhead: Math.max(2 * runOf(sender), Math.ceil(sender.mps * aheadOf(ready))),
    prepare: (one, order) => preparedOr(one, order, outcomes, using),
    clock: using.clock,
  });
  while (await ahead.some(runOf(sender))) {
    let hand = ahead.hand();
    const chosen = await pace.choose(() => (hand = ahead.hand()));
    if (chosen.is === "none") return goWithout(chosen, ahead, run);
    const going = chosen.slots.flatMap(({ index, at }) => {
      const one = hand.underway[index];
      return one ? [{ ...one, at }] : [];
    });
    ahead.take(going.map(({ order }) => order));
    for (const { order, prepared, at } of going) follow(order, callAt(at, prepared, pace, using));
  }
}

function aheadOf(ready: readonly Ready[]): number {
  const differs = ready.some(({ segments }) => segments !== ready[0]?.segments);
  return differs ? aheadSecondsForChoice : aheadSeconds;
}

/** The sender is closed or too busy: the whole batch waits outside, and what was not begun never enters. */
async function goWithout(given: None, ahead: Preparing, { using, follow }: Run): Promise<void> {
  const rest = await ahead.stop();
  if (given.until === undefined) await using.clock.sleepUntil(using.clock.now() + closedPauseMilliseconds);
  for (const { order, prepared } of rest.prepared) follow(order, putOff(prepared.due, given, using));
  for (const { one, order } of rest.untouched) follow(order, putOffUntouched(one, given, using));
}

/** What nobody has stored is looked at before it is: its person may be gone. */
async function putOffUntouched(one: Ready, given: None, using: BatchUsing): Promise<void> {
  if (isCarried(one.message) && !(await dueNow(one, using))) return;
  const until = untilOf(one.attempt, given.until, using.clock.now());
  await postpone(one, { from: "queued", until, reason: given.reason }, using);
}

async function preparedOr(
  one: Ready,
  order: number,
  outcomes: ItemOutcome[],
  using: BatchUsing,
): Promise<Prepared | undefined> {
  try {
    const due = await dueNow(one, using);
    return due && (await prepare(due, using));
  } catch (error) {
    log.error("item-failed", error, { queueMessageId: one.delivery.messageId, ...aboutOf(one) });
    outcomes[order] = "again";
    return undefined;
  }
}
