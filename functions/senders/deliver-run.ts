import { log } from "../platform/log.ts";
import { type ItemOutcome, outcomeOf } from "../platform/queue.ts";
import { callAt, prepare } from "./attempt-delivery.ts";
import type { DeliverUsing, Prepared } from "./due.ts";
import { putOff } from "./put-off.ts";
import { type Given, type Pace, paceOf } from "./pace.ts";
import { dueNow, type Ready } from "./ready.ts";
import { runOf } from "./sender.ts";

/** How long a batch stays before it goes when its sender is closed: a queue that is emptied into holds at full speed helps nobody. */
const closedPauseMilliseconds = 15_000;

/** One attempt on its way: its place, what it needs, and what came of it. */
interface Underway {
  readonly order: number;
  readonly prepared: Prepared;
}

/**
 * Makes the attempts of one sender: prepares a few, takes their slots, calls the provider at each slot,
 * and prepares the next ones meanwhile. No call waits for the reply of the one before.
 */
export async function deliverRun(
  ready: readonly Ready[],
  using: DeliverUsing,
): Promise<readonly ItemOutcome[]> {
  const [first] = ready;
  if (!first) return [];
  const { sender, delivery } = first;
  const by = `${delivery.messageId}/${delivery.receiveCount}`;
  const pace = paceOf(
    sender,
    by,
    ready.every(({ isUrgent }) => isUrgent),
    using,
  );
  const outcomes: ItemOutcome[] = ready.map(() => "done");
  const calls: Promise<void>[] = [];
  const chunks = chunksOf(ready, runOf(sender));
  const follow = (order: number, work: Promise<void>) =>
    outcomeOf(work, ready[order]?.delivery ?? delivery).then((outcome) => {
      if (outcome === "again") outcomes[order] = outcome;
    });
  let next = prepareAll(chunks[0] ?? [], using, outcomes);
  for (const [index] of chunks.entries()) {
    const underway = await next;
    next = prepareAll(chunks[index + 1] ?? [], using, outcomes);
    if (underway.length === 0) continue;
    const toCome = chunks
      .slice(index + 1)
      .flat()
      .reduce((sum, { one }) => sum + one.segments, 0);
    const given = await slotsFor(underway, toCome, pace);
    if (given.is === "none") {
      if (given.until === undefined)
        await using.clock.sleepUntil(using.clock.now() + closedPauseMilliseconds);
      calls.push(...underway.map(({ order, prepared }) => follow(order, putOff(prepared.due, given, using))));
      continue;
    }
    for (const [place, { order, prepared }] of underway.entries())
      calls.push(follow(order, callAt(given.starts[place] ?? 0, prepared, pace, using)));
    if (index + 1 < chunks.length) await pace.untilNextAsk(given.starts.at(-1) ?? 0);
  }
  await Promise.all(calls);
  return outcomes;
}

/** The clock's table may fail: then nothing is sent, because nobody knows who else is sending. */
async function slotsFor(underway: readonly Underway[], toCome: number, pace: Pace): Promise<Given> {
  try {
    return await pace.take(
      underway.map(({ prepared }) => prepared.due.segments),
      toCome,
    );
  } catch (error) {
    log.error("slots-unavailable", error, { senderId: underway[0]?.prepared.due.sender.id });
    return { is: "none", until: undefined, reason: "slots-unavailable" };
  }
}

interface Place {
  readonly order: number;
  readonly one: Ready;
}

async function prepareAll(
  chunk: readonly Place[],
  using: DeliverUsing,
  outcomes: ItemOutcome[],
): Promise<readonly Underway[]> {
  const prepared = await Promise.allSettled(
    chunk.map(async ({ one }) => {
      const due = await dueNow(one, using);
      return due && (await prepare(due, using));
    }),
  );
  return prepared.flatMap((result, index) => {
    const { order, one } = chunk[index] ?? { order: -1, one: undefined };
    if (result.status === "fulfilled") return result.value ? [{ order, prepared: result.value }] : [];
    log.error("item-failed", result.reason, { queueMessageId: one?.delivery.messageId });
    outcomes[order] = "again";
    return [];
  });
}

/** Cuts a batch into runs of about as many segments; a longer text is a run of its own. */
function chunksOf(ready: readonly Ready[], segments: number): readonly (readonly Place[])[] {
  const chunks: Place[][] = [];
  let used = Infinity;
  for (const [order, one] of ready.entries()) {
    if (used + one.segments > segments) {
      chunks.push([]);
      used = 0;
    }
    chunks.at(-1)?.push({ order, one });
    used += one.segments;
  }
  return chunks;
}
