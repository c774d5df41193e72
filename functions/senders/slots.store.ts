import { isRefusal, type Tables } from "../platform/aws.store.ts";
import { UpdateCommand } from "../platform/dynamo.store.ts";
import * as z from "zod";
import { type Lease, spacingOf } from "./slots.ts";

/** Leases the next slots of a sender; every worker of the sender takes from the same clock. */
export type LeaseSlots = (senderId: string, mps: number, segments: number, now: number) => Promise<Lease>;

const Row = z.object({ next: z.number() });

/** Workers that meet at one clock get it in one or two tries; more means that the table is in trouble. */
const triesLimit = 8;

/** Slot clocks in the counters table: one item a sender, one conditional update a lease. */
export function slotStore(tables: Tables, table: string): LeaseSlots {
  return async (senderId, mps, segments, now) => {
    const spacing = spacingOf(mps);
    const cost = segments * spacing;
    const update = async (expression: string, condition: string, values: Record<string, number>) => {
      const reply = await tables.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk: `sender#${senderId}`, sk: "slots" },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#next": "next" },
          ExpressionAttributeValues: values,
          ReturnValues: "UPDATED_NEW",
        }),
      );
      return { start: Row.parse(reply.Attributes).next - cost, spacing };
    };
    for (let tries = 0; tries < triesLimit; tries += 1) {
      const [busy, idle] = [
        () => update("SET #next = #next + :cost", "#next >= :now", { ":cost": cost, ":now": now }),
        () =>
          update("SET #next = :end", "attribute_not_exists(#next) OR #next < :now", {
            ":end": now + cost,
            ":now": now,
          }),
      ];
      const lease = (await unlessRefused(busy)) ?? (await unlessRefused(idle));
      if (lease) return lease;
    }
    throw new Error(`The slot clock of ${senderId} could not be taken`);
  };
}

async function unlessRefused<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (isRefusal(error, "ConditionalCheckFailedException")) return undefined;
    throw error;
  }
}
