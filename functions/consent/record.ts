import type { Publish } from "../platform/events.ts";
import { type ConsentEntry, consentKey } from "./consent.ts";
import type { Gate } from "./gate.ts";
import { changeGate, type GateStore } from "./gate.store.ts";
import type { ConsentLedger } from "./ledger.store.ts";

/** What recording a consent works with. */
export interface RecordUsing {
  readonly gates: GateStore;
  readonly ledger: ConsentLedger;
  readonly publish: Publish;
}

/**
 * Records consents of one contact: the gate first, because that is what stops a send, then the ledger.
 * Until the ledger has an entry the gate keeps it too, so dying in between loses nothing; running twice changes nothing.
 */
export async function recordConsent(entries: readonly ConsentEntry[], using: RecordUsing): Promise<void> {
  const contactId = entries[0]?.contactId;
  if (!contactId) return;
  const toWrite = await changeGate(using.gates, contactId, (gate) => {
    const next = withEntries(gate, entries);
    return { gate: next, result: next.unwritten };
  });
  for (const entry of toWrite) await using.ledger.append(entry);
  const written = new Set(toWrite.map(({ id }) => id));
  await changeGate(using.gates, contactId, (gate) => {
    const unwritten = gate.unwritten.filter(({ id }) => !written.has(id));
    return unwritten.length === gate.unwritten.length
      ? { result: undefined }
      : { gate: { ...gate, unwritten }, result: undefined };
  });
  await using.publish(
    entries.map(({ addressId, purpose, state, method }) => ({
      name: "consent.changed",
      detail: { contactId, addressId, purpose, state, method },
    })),
  );
}

/** The gate after these entries: the newest statement counts, and of two at the same moment the one that says no. */
export function withEntries(gate: Gate, entries: readonly ConsentEntry[]): Gate {
  const consents = { ...gate.consents };
  for (const { addressId, purpose, state, at, id } of entries) {
    const key = consentKey(addressId, purpose);
    const known = consents[key];
    const isNewer = !known || at > known.at || (at === known.at && state === "out");
    if (isNewer) consents[key] = { state, at, entryId: id };
  }
  const known = new Set(gate.unwritten.map(({ id }) => id));
  return { ...gate, consents, unwritten: [...gate.unwritten, ...entries.filter(({ id }) => !known.has(id))] };
}
