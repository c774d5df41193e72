import type { ConsentEntry } from "../../functions/consent/consent.ts";
import type { Gate } from "../../functions/consent/gate.ts";
import type { GateStore } from "../../functions/consent/gate.store.ts";
import type { RecordUsing } from "../../functions/consent/record.ts";
import type { Happening } from "../../functions/platform/events.ts";
import { aContact, aGate, noon } from "../make.ts";

/** What somebody said. */
export function anEntry(more: Partial<ConsentEntry> = {}): ConsentEntry {
  return {
    id: "cse_1",
    contactId: aContact().id,
    addressId: "adr_phone",
    purpose: "marketing",
    state: "in",
    method: "web-form",
    at: noon,
    actor: "key_1",
    ...more,
  };
}

/** A gate, a ledger and a bus in memory. */
export interface World extends RecordUsing {
  readonly gate: () => Gate;
  readonly written: Map<string, ConsentEntry>;
  readonly told: Happening[];
}

/** Where one person's consents are recorded. */
export function aWorld(first = aGate()): World {
  let gate = first;
  const written = new Map<string, ConsentEntry>();
  const told: Happening[] = [];
  const gates: GateStore = {
    find: async () => gate,
    replace: async (next, seen) => {
      if (seen.version !== gate.version) return false;
      gate = { ...next, version: seen.version + 1 };
      return true;
    },
  };
  return {
    gate: () => gate,
    written,
    told,
    gates,
    ledger: {
      append: async (entry) => void (written.has(entry.id) || written.set(entry.id, entry)),
      list: async () => [...written.values()],
    },
    publish: async (happenings) => void told.push(...happenings),
  };
}
