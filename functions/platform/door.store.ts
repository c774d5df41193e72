import type { Tables } from "./aws.store.ts";
import { type Clock, systemClock } from "./clock.ts";
import { idempotencyStore } from "./idempotency.store.ts";
import { sortableIds } from "./ids.ts";
import { type Admit, keyLimit } from "./key-limit.ts";
import { keyUseStore } from "./key-use.store.ts";
import { log } from "./log.ts";
import type { Once } from "./once.ts";

/** What every function behind the API works with: requests that create only once, and keys with their limits. */
export function doorOf(tables: Tables, countersTable: string, clock: Clock = systemClock): Once {
  return {
    store: idempotencyStore(tables, countersTable),
    clock,
    ids: sortableIds,
    admit: admitting(tables, countersTable, clock),
  };
}

/** A use is written down once an hour by each environment. */
const notedForMilliseconds = 3_600_000;

/** Admits by the limit of the key and remembers that it was used; when the table does not answer, callers do not suffer. */
function admitting(tables: Tables, table: string, clock: Clock): Admit {
  const use = keyUseStore(tables, table);
  const noted = new Map<string, number>();
  const note = async (keyId: string) => {
    const now = clock.now();
    const before = noted.get(keyId);
    if (before !== undefined && now - before < notedForMilliseconds) return;
    noted.set(keyId, now);
    await use.note(keyId, now).catch((error: unknown) => log.error("key-use-unwritten", error, { keyId }));
  };
  const limit = keyLimit(async (keyId, asked) => {
    try {
      return await use.take(keyId, asked);
    } catch (error) {
      log.error("key-limit-unread", error, { keyId });
      return 0;
    }
  }, clock.now);
  return async (caller) => {
    await note(caller.keyId);
    return limit(caller);
  };
}
