import type { Business } from "../business/business.ts";
import type { Gate } from "../consent/gate.ts";
import { changeGate, type GateStore } from "../consent/gate.store.ts";
import type { Learned } from "../consent/address-mark.ts";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import type { Mark, Receipt } from "../providers/provider.ts";
import { applyReceipt } from "./attempt.ts";
import { storedWithinMilliseconds } from "./carried.ts";
import { categoryOf } from "./category-of.ts";
import { joinAgain, tell } from "./change-and-tell.ts";
import { newsOf } from "./effects.ts";
import type { Join } from "./cohort-joins.ts";
import { type Message, messageIdOf } from "./message.ts";
import { type Changed, changeMessage, type MessageStore } from "./message.store.ts";

/** What tracking works with. */
export interface TrackUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly gates: GateStore;
  /** Remembers what an address turned out to be. */
  readonly markAddress: (mark: Mark, learned: Learned, at: number) => Promise<void>;
  readonly join: Join;
  readonly business: Pick<Business, "categories">;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Applies a receipt: moves the attempt forward, has its message wait or end, remembers what the address turned out to be. */
export async function track(receipt: Receipt, isRepeat: boolean, using: TrackUsing): Promise<void> {
  const messageId = messageIdOf(receipt.attemptId);
  if (!messageId) return log.warn("receipt-for-nothing", { from: receipt.from });
  const now = using.clock.now();
  let changed = await changeBy(receipt, messageId, using);
  if (changed.is === "missing") {
    if (now >= receipt.at + storedWithinMilliseconds) return log.warn("message-missing", { messageId });
    // Whoever sends what a queue carried stores it with the provider's answer: a receipt may be quicker.
    await using.clock.sleepUntil(now + storedSoonMilliseconds);
    changed = await changeBy(receipt, messageId, using);
    if (changed.is === "missing") throw new Error(`Nobody has stored ${messageId} yet`);
  }
  await rememberAddress(changed.message, receipt, using);
  if (changed.is === "unchanged") return isRepeat ? tellAgain(changed.message, using) : undefined;
  await tell(changed, using);
}

/** What a queue carried is mostly stored this soon after it was sent. */
const storedSoonMilliseconds = 2_000;

async function changeBy(receipt: Receipt, messageId: string, using: TrackUsing): Promise<Changed> {
  const now = using.clock.now();
  // An older copy that knows the attempt will do: what it is changed to is written only if it was the newest.
  const older = await using.messages.find(messageId, "a-moment-ago");
  return changeMessage(
    using.messages,
    messageId,
    (message) =>
      applyReceipt(message, receipt, categoryOf(using.business, message)?.confirmedBy ?? "delivered", now),
    older?.attempts.some(({ id }) => id === receipt.attemptId) ? older : undefined,
  );
}

/** An earlier run may have died between the write and the telling: what a repeat finds done is told again. */
async function tellAgain(message: Message, { join, publish }: TrackUsing): Promise<void> {
  await joinAgain(message, join);
  await publish(newsOf(message));
}

async function rememberAddress(message: Message, receipt: Receipt, using: TrackUsing): Promise<void> {
  const attempt = message.attempts.find(({ id }) => id === receipt.attemptId);
  if (!attempt) return;
  const { contactId } = message;
  const { addressId, channel } = attempt;
  const { at, attemptId, reason = "unreachable" } = receipt;
  if (receipt.mark) return using.markAddress(receipt.mark, { contactId, addressId, attemptId, reason }, at);
  if (receipt.is !== "read") return;
  await changeGate(using.gates, contactId, (gate) => ({
    gate: withUse(gate, { channel, addressId, at }),
    result: undefined,
  }));
}

/** A receipt that comes late says nothing against what was learned after it. */
function withUse(gate: Gate, use: NonNullable<Gate["lastUsed"]>): Gate {
  const isLastUse = (gate.lastUsed?.at ?? 0) < use.at;
  const isNewestReach = (gate.reach[use.addressId]?.at ?? 0) < use.at;
  return {
    ...gate,
    ...(isLastUse && { lastUsed: use }),
    ...(isNewestReach && { reach: { ...gate.reach, [use.addressId]: { state: "reachable", at: use.at } } }),
  };
}
