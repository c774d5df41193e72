import { GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import { ifConditionHolds, type Look, type Tables } from "../platform/aws.store.ts";
import { Gate, openGate, type Taken, voidClaim } from "./gate.ts";

/** Gates of contacts. */
export interface GateStore {
  /** The gate as it stands now, an open one when nobody has written to it yet; what is decided on an older copy counts only if it is written. */
  readonly find: (contactId: string, look?: Look) => Promise<Gate>;
  /** Writes the next version; false when somebody else changed the gate first. */
  readonly replace: (next: Gate, seen: Gate) => Promise<boolean>;
}

/** The gate of an item; an open one when there is none. */
export function gateIn(item: Readonly<Record<string, unknown>> | undefined, contactId: string): Gate {
  return item ? Gate.parse(item["gate"]) : openGate(contactId);
}

/** Gates in the contacts table, beside their contacts. */
export function gateStore(tables: Tables, table: string): GateStore {
  return {
    find: async (contactId, look) => {
      const Key = { pk: contactId, sk: "gate" };
      const ConsistentRead = look !== "a-moment-ago";
      const reply = await tables.send(new GetCommand({ TableName: table, Key, ConsistentRead }));
      return gateIn(reply.Item, contactId);
    },
    replace: (next, seen) => {
      const version = seen.version + 1;
      return ifConditionHolds(
        tables.send(
          new PutCommand({
            TableName: table,
            Item: { pk: next.contactId, sk: "gate", version, gate: { ...next, version } },
            ConditionExpression: seen.version === 0 ? "attribute_not_exists(pk)" : "version = :seen",
            ...(seen.version > 0 && { ExpressionAttributeValues: { ":seen": seen.version } }),
          }),
        ),
      );
    },
  };
}

/** Reads a gate, decides its next version and writes it, again from the newest when somebody else was quicker or nothing is to be written. */
export async function changeGate<R>(
  store: GateStore,
  contactId: string,
  decide: (gate: Gate) => { readonly gate?: Gate; readonly result: R },
): Promise<R> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const isOlder = tries === 0;
    const seen = await store.find(contactId, isOlder ? "a-moment-ago" : "now");
    const { gate, result } = decide(seen);
    if (gate ? await store.replace(gate, seen) : !isOlder) return result;
  }
  throw new Error(`The gate of ${contactId} changed ${triesLimit} times while we looked`);
}

/** Closes the gate to an attempt that nobody is to make any more; says so when somebody has taken it for that. */
export function closeGate(
  store: GateStore,
  contactId: string,
  attemptId: string,
  now: number,
): Promise<Taken> {
  return changeGate<Taken>(store, contactId, (gate) => {
    const result = voidClaim(gate, attemptId, now);
    return result.is === "claimed" ? { gate: result.gate, result } : { result };
  });
}

const triesLimit = 20;
