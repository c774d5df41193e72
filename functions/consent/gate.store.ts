import { GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { Gate, openGate } from "./gate.ts";

/** Gates of contacts. */
export interface GateStore {
  /** The gate as it stands now, never an older copy; an open one when nobody has written to it yet. */
  readonly find: (contactId: string) => Promise<Gate>;
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
    find: async (contactId) => {
      const reply = await tables.send(
        new GetCommand({ TableName: table, Key: { pk: contactId, sk: "gate" }, ConsistentRead: true }),
      );
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

/** Reads a gate, decides its next version and writes it, again from the start when somebody else was quicker. */
export async function changeGate<R>(
  store: GateStore,
  contactId: string,
  decide: (gate: Gate) => { readonly gate?: Gate; readonly result: R },
): Promise<R> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const seen = await store.find(contactId);
    const { gate, result } = decide(seen);
    if (!gate || (await store.replace(gate, seen))) return result;
  }
  throw new Error(`The gate of ${contactId} changed ${triesLimit} times while we looked`);
}

const triesLimit = 20;
