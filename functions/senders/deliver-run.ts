import { createHash } from "node:crypto";
import { log, type LogFields } from "../platform/log.ts";
import { type Delivery, type ItemOutcome, outcomeOf } from "../platform/queue.ts";
import { callAt, prepare } from "./attempt-delivery.ts";
import type { DeliverUsing, Prepared } from "./due.ts";
import { type Given, type Pace, paceOf } from "./pace.ts";
import { type Preparing, preparing, type Underway } from "./preparing.ts";
import { postpone } from "./postpone.ts";
import { putOff, untilOf } from "./put-off.ts";
import { dueNow, type Ready } from "./ready.ts";
import { runOf, type Sender } from "./sender.ts";

/** How long a batch stays before it goes when its sender is closed: a queue that is emptied into holds at full speed helps nobody. */
const closedPauseMilliseconds = 15_000;
/** How much is prepared ahead of its slots: enough to ride out a slow table, little enough for a worker that dies to leave in doubt. */
const aheadSeconds = 0.3;

/** One batch under way: where its attempts report what came of them. */
interface Run {
  readonly sender: Sender;
  readonly pace: Pace;
  readonly using: DeliverUsing;
  /** Follows one attempt's work to its end. */
  readonly follow: (order: number, work: Promise<void>) => void;
}

/** Makes the attempts of one sender, each at its slot. No call waits for the reply of the one before. */
export async function deliverRun(
  ready: readonly Ready[],
  using: DeliverUsing,
): Promise<readonly ItemOutcome[]> {
  const [first] = ready;
  if (!first) return [];
  const { sender, delivery } = first;
  const isUrgent = ready.every((one) => one.isUrgent);
  const pace = paceOf(sender, batchName(delivery), isUrgent, using);
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
  await (isUrgent ? sendUrgent(ready, run, outcomes) : sendInLine(ready, run, outcomes));
  await Promise.all(works);
  return outcomes;
}

function aboutOf(ready: Ready | undefined): LogFields {
  return ready ? { messageId: ready.message.id, attemptId: ready.attempt.id } : {};
}

/** A name that no other batch ever has, short because the slot clock holds it for every call. */
function batchName({ messageId, receiveCount }: Delivery): string {
  return createHash("sha256").update(`${messageId}/${receiveCount}`).digest("base64url").slice(0, 10);
}

/** Urgent messages are prepared while their slots are taken: whichever takes longer is all they wait for. */
async function sendUrgent(ready: readonly Ready[], run: Run, outcomes: ItemOutcome[]): Promise<void> {
  const { pace, using, follow } = run;
  const [given, prepared] = await Promise.all([
    pace.take(
      ready.map(({ segments }) => segments),
      0,
    ),
    Promise.all(ready.map((one, order) => preparedOr(one, order, outcomes, using))),
  ]);
  for (const [order, one] of prepared.entries()) {
    const slot = given.is === "slots" ? given.starts[order] : undefined;
    if (one && slot !== undefined) follow(order, callAt(slot, one, pace, using));
    else if (slot !== undefined) pace.leave(slot);
    else if (one && given.is === "none") follow(order, putOff(one.due, given, using));
  }
}

/** The others wait for their turn; then a few at a time take their slots, just before these come. */
async function sendInLine(ready: readonly Ready[], run: Run, outcomes: ItemOutcome[]): Promise<void> {
  const { sender, pace, using, follow } = run;
  const ahead = preparing(ready, {
    segmentsAhead: Math.max(2 * runOf(sender), Math.ceil(sender.mps * aheadSeconds)),
    prepare: (one, order) => preparedOr(one, order, outcomes, using),
    clock: using.clock,
  });
  for (;;) {
    const underway = await ahead.next(runOf(sender));
    if (!underway) return;
    const segments = underway.map(({ prepared }) => prepared.due.segments);
    const given = await pace.take(segments, ahead.toCome());
    if (given.is === "none") return goWithout(given, underway, ahead, run);
    for (const [place, { order, prepared }] of underway.entries())
      follow(order, callAt(given.starts[place] ?? 0, prepared, pace, using));
    if (ahead.toCome() > 0) await pace.untilNextAsk(given.starts.at(-1) ?? 0, segments.at(-1) ?? 1);
  }
}

/** The sender is closed or too busy: the whole batch waits outside, and what was not begun never enters. */
async function goWithout(
  given: Extract<Given, { is: "none" }>,
  underway: readonly Underway[],
  ahead: Preparing,
  { using, follow }: Run,
): Promise<void> {
  const rest = await ahead.stop();
  if (given.until === undefined) await using.clock.sleepUntil(using.clock.now() + closedPauseMilliseconds);
  for (const { order, prepared } of [...underway, ...rest.prepared])
    follow(order, putOff(prepared.due, given, using));
  for (const { one, order } of rest.untouched) {
    const until = untilOf(one.attempt, given.until, using.clock.now());
    follow(order, postpone(one, { from: "queued", until, reason: given.reason }, using));
  }
}

async function preparedOr(
  one: Ready,
  order: number,
  outcomes: ItemOutcome[],
  using: DeliverUsing,
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
