import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import { type Ask, newClock, SlotClock, type Taken, takeSlots } from "./slots.ts";

/** The slot clocks of the senders. */
export interface SlotStore {
  /** Takes slots of a sender; an answer other than slots is never older than the call. */
  readonly take: (senderId: string, ask: () => Ask) => Promise<Taken>;
  readonly find: (senderId: string) => Promise<SlotClock>;
  /** Changes what an operator may change. */
  readonly change: (senderId: string, change: (clock: SlotClock) => SlotClock) => Promise<SlotClock>;
}

/** Workers that meet at one clock get it in a few tries; more means that the table is in trouble. */
const triesLimit = 12;

/** Slot clocks in the counters table: one item a sender, one conditional write for a run of slots. */
export function slotStore(tables: Tables, table: string): SlotStore {
  // What this worker wrote last is mostly what stands there: reading first would cost more than now and then failing.
  const known = new Map<string, SlotClock>();
  const find = async (senderId: string): Promise<SlotClock> => {
    const reply = await tables.send(
      new GetCommand({ TableName: table, Key: keyOf(senderId), ConsistentRead: true }),
    );
    const clock = reply.Item ? SlotClock.parse(JSON.parse(String(reply.Item["clock"]))) : newClock;
    known.set(senderId, clock);
    return clock;
  };
  const replace = async (senderId: string, next: SlotClock, seen: SlotClock): Promise<boolean> => {
    const isWritten = await ifConditionHolds(
      tables.send(
        new PutCommand({
          TableName: table,
          Item: { ...keyOf(senderId), version: next.version, clock: JSON.stringify(next) },
          ConditionExpression: seen.version === 0 ? "attribute_not_exists(pk)" : "version = :seen",
          ...(seen.version > 0 && { ExpressionAttributeValues: { ":seen": seen.version } }),
        }),
      ),
    );
    if (isWritten) known.set(senderId, next);
    else known.delete(senderId);
    return isWritten;
  };
  return {
    find,
    take: async (senderId, ask) => {
      for (let tries = 0; tries < triesLimit; tries += 1) {
        const remembered = known.get(senderId);
        const seen = remembered ?? (await find(senderId));
        const taken = takeSlots(seen, ask());
        if (taken.is === "slots") {
          if (await replace(senderId, taken.clock, seen)) return taken;
        } else if (!remembered) return taken;
        else known.delete(senderId);
      }
      throw new Error(`The slot clock of ${senderId} could not be taken`);
    },
    change: async (senderId, change) => {
      for (let tries = 0; tries < triesLimit; tries += 1) {
        const seen = await find(senderId);
        const next = { ...change(seen), version: seen.version + 1 };
        if (await replace(senderId, next, seen)) return next;
      }
      throw new Error(`The slot clock of ${senderId} could not be changed`);
    },
  };
}

function keyOf(senderId: string) {
  return { pk: `sender#${senderId}`, sk: "slots" };
}
