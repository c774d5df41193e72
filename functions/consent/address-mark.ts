import type { Mark } from "../providers/provider.ts";
import type { Publish } from "../platform/events.ts";
import { changeGate, type GateStore } from "./gate.store.ts";
import type { ConsentLedger } from "./ledger.store.ts";
import { optOutOf } from "./provider-block.ts";
import { recordConsent } from "./record.ts";

/** Numbers get new owners and phones come back: after 30 days an address gets another chance. */
const unreachableFor = 30 * 24 * 3_600_000;

/** What remembering works with. */
export interface MarkUsing {
  readonly gates: GateStore;
  readonly ledger: ConsentLedger;
  readonly publish: Publish;
}

/** What was learned of an address, and from which attempt. */
export interface Learned {
  readonly contactId: string;
  readonly addressId: string;
  readonly attemptId: string;
  readonly reason: string;
}

/** Remembers what a provider said of an address: unreachable for a while, or opted out until the person says otherwise. */
export async function markAddress(mark: Mark, learned: Learned, at: number, using: MarkUsing): Promise<void> {
  const { contactId, addressId, attemptId, reason } = learned;
  if (mark === "opted-out") return recordConsent(optOutOf(contactId, addressId, attemptId, at), using);
  await changeGate(using.gates, contactId, (gate) => ({
    gate: {
      ...gate,
      reach: { ...gate.reach, [addressId]: { state: "unreachable", at, reason, until: at + unreachableFor } },
    },
    result: undefined,
  }));
  await using.publish([{ name: "address.unreachable", detail: { contactId, addressId, reason } }]);
}
