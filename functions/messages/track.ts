import type { Business } from "../business/business.ts";
import { changeGate, type GateStore } from "../consent/gate.store.ts";
import type { Gate } from "../consent/gate.ts";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import type { Receipt } from "../providers/provider.ts";
import { applyReceipt } from "./attempt.ts";
import { categoryOf } from "./category-of.ts";
import { effectsOf, statusOf } from "./effects.ts";
import type { Machine } from "./machine.store.ts";
import { type Attempt, type Message, messageIdOf } from "./message.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";

/** What tracking works with. */
export interface TrackUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly gates: GateStore;
  /** Writes an opt-out that only the provider knew of. */
  readonly recordOptOut: (contactId: string, addressId: string, receipt: Receipt) => Promise<void>;
  readonly machine: Pick<Machine, "wake">;
  readonly business: Pick<Business, "categories">;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Applies a receipt: moves the attempt forward, wakes the failover, remembers what the address turned out to be. */
export async function track(receipt: Receipt, isRepeat: boolean, using: TrackUsing): Promise<void> {
  const messageId = messageIdOf(receipt.attemptId);
  if (!messageId) return log.warn("receipt-for-nothing", { from: receipt.from });
  const now = using.clock.now();
  const changed = await changeMessage(using.messages, messageId, (message) =>
    applyReceipt(message, receipt, categoryOf(using.business, message)?.confirmedBy ?? "delivered", now),
  );
  if (changed.is === "missing") return log.warn("message-missing", { messageId });
  await rememberAddress(changed.message, receipt, using);
  // An earlier run may have died between the write and the telling: tell again what a repeat finds done.
  if (changed.is === "unchanged") return isRepeat ? using.publish([statusOf(changed.message)]) : undefined;
  const { wake, happenings } = effectsOf(changed.before, changed.message);
  if (wake) await using.machine.wake(wake);
  await using.publish(happenings);
}

async function rememberAddress(message: Message, receipt: Receipt, using: TrackUsing): Promise<void> {
  const attempt = message.attempts.find(({ id }) => id === receipt.attemptId);
  if (!attempt) return;
  if (receipt.mark === "opted-out") return using.recordOptOut(message.contactId, attempt.addressId, receipt);
  const change = learned(receipt, attempt);
  if (!change) return;
  await changeGate(using.gates, message.contactId, (gate) => ({ gate: change(gate), result: undefined }));
  if (receipt.mark !== "unreachable") return;
  const detail = {
    contactId: message.contactId,
    addressId: attempt.addressId,
    reason: receipt.reason ?? "unreachable",
  };
  await using.publish([{ name: "address.unreachable", detail }]);
}

function learned(receipt: Receipt, { addressId, channel }: Attempt): ((gate: Gate) => Gate) | undefined {
  const { at } = receipt;
  if (receipt.mark === "unreachable") {
    const reason = receipt.reason ?? "unreachable";
    return (gate) => ({
      ...gate,
      reach: { ...gate.reach, [addressId]: { state: "unreachable", at, reason, until: at + unreachableFor } },
    });
  }
  if (receipt.is !== "read") return undefined;
  return (gate) => ({
    ...gate,
    reach: { ...gate.reach, [addressId]: { state: "reachable", at } },
    lastUsed: { channel, addressId, at },
  });
}

/** Numbers get new owners and phones come back: after 30 days an address gets another chance. */
const unreachableFor = 30 * 24 * 3_600_000;
