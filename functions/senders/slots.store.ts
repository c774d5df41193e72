import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import { clockIn, textOf } from "./slot-clock.text.ts";
import { type Ask, newClock, type SlotClock, type Taken } from "./slot-clock.ts";
import { takeSlots } from "./slots.ts";

/** The slot clocks of the senders. */
export interface SlotStore {
  /**
   * Takes slots of a sender; an answer other than slots is never older than the call. Contended: others were faster, or
   * nobody asks any more.
   */
  readonly take: (
    senderId: string,
    ask: () => Ask | undefined,
  ) => Promise<Taken | { readonly is: "contended" }>;
  readonly find: (senderId: string) => Promise<SlotClock>;
  /** Changes what an operator may change. */
  readonly change: (senderId: string, change: (clock: SlotClock) => SlotClock) => Promise<SlotClock>;
}

/** A clock as a batch of this worker wrote it. */
interface Known {
  readonly by: string;
  readonly clock: SlotClock;
}

/** Workers that meet at one clock try again at once; after that they had better not come at the same moment. */
const triesAtOnce = 3;
/** An operator waits for a gap; more tries mean that the table is in trouble. */
const changeTries = 30;

/** Slot clocks in the counters table: one item a sender, one conditional write for a run of slots. */
export function slotStore(tables: Tables, table: string): SlotStore {
  // What this worker wrote last still stands there while its batch has its turn, or while nobody else sends.
  const known = new Map<string, Known>();
  const find = async (senderId: string): Promise<SlotClock> => {
    const reply = await tables.send(
      new GetCommand({ TableName: table, Key: keyOf(senderId), ConsistentRead: true }),
    );
    return reply.Item ? clockIn(String(reply.Item["clock"])) : newClock;
  };
  const replace = async (senderId: string, next: SlotClock, seen: SlotClock): Promise<boolean> => {
    const isWritten = await ifConditionHolds(
      tables.send(
        new PutCommand({
          TableName: table,
          Item: { ...keyOf(senderId), version: next.version, clock: textOf(next) },
          ConditionExpression: seen.version === 0 ? "attribute_not_exists(pk)" : "version = :seen",
          ...(seen.version > 0 && { ExpressionAttributeValues: { ":seen": seen.version } }),
        }),
      ),
    );
    return isWritten;
  };
  return {
    find,
    take: async (senderId, ask) => {
      for (let tries = 0; tries < triesAtOnce; tries += 1) {
        const asked = ask();
        if (!asked) break;
        const remembered = known.get(senderId);
        const isCurrent = remembered && (remembered.by === asked.by || remembered.clock.line.length === 0);
        const seen = isCurrent ? remembered.clock : await find(senderId);
        known.delete(senderId);
        const askedNow = isCurrent ? asked : ask();
        if (!askedNow) break;
        const taken = takeSlots(seen, askedNow);
        const next = "clock" in taken ? taken.clock : undefined;
        if (!next && !isCurrent) return taken;
        if (!next || !(await replace(senderId, next, seen))) continue;
        if (taken.is === "slots") known.set(senderId, { by: asked.by, clock: next });
        return taken;
      }
      return { is: "contended" };
    },
    change: async (senderId, change) => {
      for (let tries = 0; tries < changeTries; tries += 1) {
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
