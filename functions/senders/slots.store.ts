import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { GetCommand, UpdateCommand } from "../platform/dynamo.store.ts";
import { clockIn, type ClockItem, hintNames, itemOf, ordersName, trackName } from "./slot-clock.text.ts";
import { type Ask, newClock, type SlotClock, type Taken } from "./slot-clock.ts";
import { takeSlots } from "./slots.ts";

/** What is asked again when there is no answer: the first one counts. */
export type Insist = <T>(call: () => Promise<T>) => Promise<T>;

/** An ask by who makes it; the store knows when it looked at the clock. */
export type Asking = () => Omit<Ask, "seenAt"> | undefined;

/** An answer that ends the asking for now. */
export type Answer = Exclude<Taken, { is: "look" }> | { readonly is: "contended" };

/** The slot clocks of the senders. */
export interface SlotStore {
  /** Takes slots of a sender. Contended: others were faster, or nobody asks any more. */
  readonly take: (senderId: string, ask: Asking, insist?: Insist) => Promise<Answer>;
  readonly find: (senderId: string) => Promise<SlotClock>;
  /** Changes what an operator may change. */
  readonly change: (senderId: string, change: (clock: SlotClock) => SlotClock) => Promise<SlotClock>;
}

/** A clock as this worker last saw it. */
interface Known {
  readonly clock: SlotClock;
  readonly at: number;
}

/** Workers that meet at one track try again at once; after that they had better not come at the same moment. */
const triesAtOnce = 4;
/** An operator waits for a gap; more tries mean that the table is in trouble. */
const changeTries = 30;

/**
 * Slot clocks in the counters table, one item a sender. What is written is what changed, and only if that still stands there
 * as it was seen: workers that take different tracks do not get into each other's way.
 */
export function slotStore(tables: Tables, table: string): SlotStore {
  const known = new Map<string, Known>();
  const find = async (senderId: string): Promise<SlotClock> => {
    const reply = await tables.send(
      new GetCommand({ TableName: table, Key: keyOf(senderId), ConsistentRead: true }),
    );
    return reply.Item ? clockIn(reply.Item) : newClock;
  };
  /** The clock after the write, or undefined if somebody else was faster. */
  const write = async (
    senderId: string,
    seen: SlotClock,
    next: SlotClock,
  ): Promise<SlotClock | undefined> => {
    let written: SlotClock | undefined;
    const changes = changesOf(itemOf(seen), itemOf(next));
    if (changes.UpdateExpression === "") return next;
    const update = new UpdateCommand({
      TableName: table,
      Key: keyOf(senderId),
      ...changes,
      ReturnValues: "ALL_NEW",
    });
    const isWritten = await ifConditionHolds(
      tables.send(update).then(({ Attributes }) => (written = Attributes ? clockIn(Attributes) : next)),
    );
    return isWritten ? written : undefined;
  };
  return {
    find,
    take: async (senderId, ask, insist = (call) => call()) => {
      const look = async (now: number) => {
        const looked = { clock: await insist(() => find(senderId)), at: now };
        known.set(senderId, looked);
        return looked;
      };
      let refused = 0;
      for (let tries = 0; tries < triesAtOnce; tries += 1) {
        let asked = ask();
        if (!asked) break;
        const seen = known.get(senderId) ?? (await look(asked.now));
        asked = ask();
        if (!asked) break;
        const { now } = asked;
        const taken = takeSlots(seen.clock, {
          ...asked,
          seenAt: seen.at,
          met: (asked.met ?? 0) + refused,
        });
        if (taken.is === "look") await look(now);
        else if (taken.is !== "slots") return taken;
        else {
          const written = await insist(() => write(senderId, seen.clock, taken.clock));
          if (written) known.set(senderId, { clock: written, at: now });
          // Should our own write have been sent twice, the second one finds what the first one left.
          else if (!isThere(taken.clock, seen.clock, (await look(now)).clock)) {
            refused += 1;
            continue;
          }
          return taken;
        }
      }
      return { is: "contended" };
    },
    change: async (senderId, change) => {
      for (let tries = 0; tries < changeTries; tries += 1) {
        const seen = await find(senderId);
        const written = await write(senderId, seen, change(seen));
        if (written) return written;
      }
      throw new Error(`The slot clock of ${senderId} could not be changed`);
    },
  };
}

function keyOf(senderId: string) {
  return { pk: `sender#${senderId}`, sk: "slots" };
}

/** What changes of an item, if that still is as it was seen; what an operator says has to be in any case. */
function changesOf(seen: ClockItem, next: ClockItem) {
  const names = new Set([...Object.keys(seen), ...Object.keys(next)]);
  const changed = [...names].filter((name) => seen[name] !== next[name]);
  const values: Record<string, string | number> = {};
  const value = (name: string, key: string, held: string | number) => {
    values[`:${key}`] = held;
    return `${name} = :${key}`;
  };
  const sets = changed.flatMap((name) => {
    const held = next[name];
    return held === undefined ? [] : [value(name, name, held)];
  });
  const gone = changed.filter((name) => next[name] === undefined);
  const guarded = new Set([ordersName, ...changed.filter((name) => !hintNames.has(name))]);
  const conditions = [...guarded].map((name) => {
    const held = seen[name];
    return held === undefined ? `attribute_not_exists(${name})` : value(name, `${name}Seen`, held);
  });
  const set = sets.length > 0 ? [`SET ${sets.join(", ")}`] : [];
  const remove = gone.length > 0 ? [`REMOVE ${gone.join(", ")}`] : [];
  return {
    UpdateExpression: [...set, ...remove].join(" "),
    ConditionExpression: conditions.join(" AND "),
    ExpressionAttributeValues: values,
  };
}

/** Whether the tracks have become what they were to become, and only by us: seats beside others look the same whoever took them. */
function isThere(next: SlotClock, seen: SlotClock, there: SlotClock): boolean {
  const [wanted, before, found] = [itemOf(next), itemOf(seen), itemOf(there)];
  return next.tracks.every((track, index) => {
    const name = trackName(index);
    if (wanted[name] === before[name]) return true;
    return wanted[name] === found[name] && track?.at !== seen.tracks[index]?.at;
  });
}
