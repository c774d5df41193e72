import { log } from "../platform/log.ts";
import { changeUnmoved } from "./change-and-tell.ts";
import { handOn } from "./hand-on.ts";
import type { Message } from "./message.ts";
import { inItsPlace } from "./message-item.ts";
import { changeMessage, type MessageStore, sweptShards } from "./message.store.ts";
import { settle, type SettleUsing } from "./settle.ts";
import { currentAttempt, dueSeconds, expired, isFinished, lookedAtAfter } from "./status.ts";

/** What the sweeper works with. */
export interface SweepUsing extends SettleUsing {
  readonly messages: SettleUsing["messages"] & Pick<MessageStore, "listDue">;
  readonly sendToIntake: (messageId: string) => Promise<void>;
  /** Sends on what waited for a switch that was lifted, for as long as there is time. */
  readonly release: (until: number) => Promise<number>;
  /** Looks whether providers that were out work again. */
  readonly lookAtCircuits: () => Promise<void>;
}

/** When a sweep stops sending on what waited for a switch; the next one goes on. */
const releaseMilliseconds = 40_000;
/** Messages of a shard on one page. */
const pageLimit = 200;
/** When a sweep takes up no further page; the next one goes on. */
const sweepMilliseconds = 30_000;

/** Finds whatever stopped moving and puts it back on its way; returns how many messages it took up. */
export async function sweep(using: SweepUsing): Promise<number> {
  const now = using.clock.now();
  await using.lookAtCircuits();
  const shards = Array.from({ length: sweptShards }, (_, shard) => sweepShard(shard, now, using));
  const swept = (await Promise.all(shards)).reduce((sum, count) => sum + count, 0);
  const released = await using.release(now + releaseMilliseconds);
  return swept + released;
}

/** Page after page for as long as there is time; returns how many messages it took up. */
async function sweepShard(shard: number, since: number, using: SweepUsing): Promise<number> {
  const seen = new Set<string>();
  for (;;) {
    const page = await using.messages.listDue(shard, since, pageLimit);
    const due = page.filter((messageId) => !seen.has(messageId));
    for (const messageId of due) {
      seen.add(messageId);
      try {
        await takeUp(messageId, using);
      } catch (error) {
        log.error("sweep-failed", error, { messageId });
      }
    }
    const isOver = page.length < pageLimit || due.length === 0;
    if (isOver || using.clock.now() > since + sweepMilliseconds) return seen.size;
  }
}

async function takeUp(messageId: string, using: SweepUsing): Promise<void> {
  const message = await using.messages.find(messageId);
  const now = using.clock.now();
  // The index may be older than the item.
  if (!message || isFinished(message) || message.dueAt === undefined) return;
  if (message.dueAt > now) {
    // It has moved on since it got its place there.
    await changeMessage(using.messages, messageId, inItsPlace, message);
    return;
  }
  log.info("swept", { messageId, status: message.status, attemptStatus: currentAttempt(message)?.status });
  const attempt = currentAttempt(message);
  if (message.status === "accepted" || message.status === "held") return backToIntake(message, using);
  if (!attempt || attempt.status === "queued") return backToSender(message, using);
  return settle(message, attempt, using);
}

async function backToIntake(message: Message, using: SweepUsing): Promise<void> {
  const now = using.clock.now();
  await changeUnmoved(message, (seen) => lookedAtAfter(seen, dueSeconds.accepted, now), using);
  await using.sendToIntake(message.id);
}

/** A backlog of hours is no fault: the longer an attempt has waited, the longer until it is looked at again. */
async function backToSender(message: Message, using: SweepUsing): Promise<void> {
  const now = using.clock.now();
  const age = (now - (currentAttempt(message)?.queuedAt ?? message.createdAt)) / 1000;
  const next = await changeUnmoved(
    message,
    (seen) => {
      if (seen.expiresAt <= now) return expired(seen, now);
      return lookedAtAfter(seen, Math.max(dueSeconds.queued, age), now);
    },
    using,
  );
  if (next) await handOn(next, using);
}
