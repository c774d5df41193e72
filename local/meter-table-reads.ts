import { type Answer, kindOf, type Metered, shortName } from "./meter-table.ts";
import { type Item, itemBytes, readUnits } from "./meter-units.ts";
import type { Answered } from "./table-engine.ts";

/** Most calls are this one: what is known here need not be asked for. */
export async function readOne(metered: Metered): Promise<Answered> {
  const { call, kept, ask } = metered;
  // What is left out of an answer is billed all the same, and only the tables know its size.
  if (call.ProjectionExpression) return read(metered);
  const known = kept.find(call);
  if (!known) {
    const answered = await kept.filled(call, () => ask(call));
    if (answered.status === 200) countOne(metered, answered.answer.Item);
    return answered;
  }
  countOne(metered, known.item);
  return { status: 200, answer: known.item ? { Item: known.item } : {} };
}

function countOne(metered: Metered, item: Item | undefined): void {
  const { call } = metered;
  const bytes = item ? itemBytes(item) : 0;
  const units = readUnits(bytes, call.ConsistentRead ? "consistent" : "eventual");
  countRead(metered, `${shortName(call.TableName)} ${kindOf(call.Key)}`, { bytes, units });
}

/** Queries and scans: their units are the emulator's, which reads whole items as AWS bills them. */
export async function read(metered: Metered): Promise<Answered> {
  const { call, ask } = metered;
  const isAsked = call.ReturnConsumedCapacity !== undefined;
  const answered = await ask(isAsked ? call : { ...call, ReturnConsumedCapacity: "TOTAL" });
  if (answered.status !== 200) return answered;
  const { ConsumedCapacity, ...answer } = answered.answer;
  const items = answer.Items ?? (answer.Item ? [answer.Item] : []);
  const name = shortName(call.TableName);
  const what = call.IndexName ? `${name}/${call.IndexName}` : `${name} ${kindOf(call.Key ?? items[0])}`;
  countRead(metered, what, { bytes: sizeOf(items), units: ConsumedCapacity?.CapacityUnits ?? 0 });
  return isAsked ? answered : { ...answered, answer };
}

/** Each item of a batch is rounded up by itself, and one that is not there costs as much as a small one. */
export async function readMany(metered: Metered): Promise<Answered> {
  const answered = await metered.ask(metered.call);
  const { Responses = {} }: Answer = answered.answer;
  const asked: Readonly<Record<string, { Keys: readonly Item[]; ConsistentRead?: boolean }>> =
    metered.call.RequestItems ?? {};
  for (const [table, { Keys, ConsistentRead = false }] of Object.entries(asked)) {
    const found = Responses[table] ?? [];
    const mode = ConsistentRead ? "consistent" : "eventual";
    for (const key of Keys) {
      const item = found.find((one) =>
        Object.entries(key).every(([name, { S, N }]) => S === one[name]?.S && N === one[name]?.N),
      );
      const bytes = item ? itemBytes(item) : 0;
      const used = { bytes, units: readUnits(bytes, mode) };
      countRead(metered, `${shortName(table)} ${kindOf(key)}`, used, ConsistentRead);
    }
  }
  return answered;
}

function countRead(
  { path, meter, call }: Metered,
  what: string,
  { bytes, units }: { readonly bytes: number; readonly units: number },
  isConsistent = call.ConsistentRead,
): void {
  // Even an empty answer costs a read.
  const least = readUnits(0, isConsistent ? "consistent" : "eventual");
  meter.count(path, "dynamodb.reads", 1, what);
  meter.count(path, "dynamodb.readUnits", Math.max(least, units), what);
  meter.count(path, "dynamodb.bytes", bytes, `${what} read`);
}

function sizeOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + itemBytes(item), 0);
}
