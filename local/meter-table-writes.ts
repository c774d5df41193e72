import { type Answer, type Call, keyOf, kindOf, type Metered, shortName } from "./meter-table.ts";
import { entryOf, indexWriteUnits, type Item, itemBytes, tableWriteUnits } from "./meter-units.ts";
import type { Answered } from "./table-engine.ts";

/**
 * Puts and deletes. The emulator's own figures leave out what indexes cost, so writes are told from the item before and after:
 * where the one before is not known it is part of the answer when it is asked for, in the same locked step.
 */
export async function replace(metered: Metered): Promise<Answered> {
  const { call, kept, ask } = metered;
  const known = kept.find(call);
  const isAsked = call.ReturnValues !== undefined;
  const answered = await ask(known && !isAsked ? call : { ...call, ReturnValues: "ALL_OLD" });
  if (answered.status !== 200) return refused(metered, answered);
  const { Attributes, ...answer }: Answer = answered.answer;
  countWrite(metered, call, known ? known.item : Attributes, call.Item);
  kept.keep(call, call.Item);
  return call.ReturnValues === "ALL_OLD" ? answered : { ...answered, answer };
}

/** An update does not give away both: the item is read before it and after it, while other writers of it wait in line. */
export async function update(metered: Metered): Promise<Answered> {
  const { call, kept, ask } = metered;
  const before = await find(metered, call);
  const answered = await ask(call);
  if (answered.status !== 200) return refused(metered, answered);
  kept.forget(call);
  countWrite(metered, call, before, await find(metered, call));
  return answered;
}

/** Nor does a batch of writes. */
export async function writeMany(metered: Metered): Promise<Answered> {
  const asked: Readonly<
    Record<string, readonly { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]>
  > = metered.call.RequestItems ?? {};
  const writes = Object.entries(asked).flatMap(([TableName, requests]) =>
    requests.map(({ PutRequest, DeleteRequest }) => ({ TableName, ...PutRequest, ...DeleteRequest })),
  );
  const before = await Promise.all(writes.map((one) => find(metered, one)));
  const answered = await metered.kept.without(writes, () => metered.ask(metered.call));
  if (answered.status === 200)
    for (const [index, one] of writes.entries()) countWrite(metered, one, before[index], one.Item);
  return answered;
}

type Written = Pick<Call, "TableName" | "Item" | "Key">;

/** A condition that does not hold costs what the write would have. */
async function refused(metered: Metered, answered: Answered): Promise<Answered> {
  const { call, path, meter } = metered;
  const { __type: kind = "" } = answered.answer;
  if (!kind.includes("ConditionalCheckFailed")) return answered;
  const what = `${shortName(call.TableName)} ${kindOf(call.Item ?? call.Key)}`;
  meter.count(path, "dynamodb.refusedWrites", 1, what);
  meter.count(path, "dynamodb.writeUnits", tableWriteUnits(await find(metered, call), call.Item), what);
  return answered;
}

/** The item as it stands, for the meter alone. */
async function find(
  { shapes, kept, ask }: Metered,
  { TableName, Key, Item }: Written,
): Promise<Item | undefined> {
  const call = { TableName, Key: keyOf(shapes.get(TableName), Key ?? Item), ConsistentRead: true };
  const known = kept.find(call);
  if (known) return known.item;
  return (await kept.filled(call, () => ask(call, "GetItem"))).answer.Item;
}

function countWrite(
  { shapes, path, meter }: Metered,
  { TableName, Item, Key }: Written,
  before: Item | undefined,
  after: Item | undefined,
): void {
  const shape = shapes.get(TableName) ?? { key: [], indexes: [] };
  const [name, kind] = [shortName(TableName), kindOf(Item ?? Key)];
  const what = `${name} ${kind}`;
  meter.count(path, "dynamodb.writes", 1, what);
  meter.count(path, "dynamodb.bytes", itemBytes(after ?? before ?? {}), `${what} written`);
  meter.count(path, "dynamodb.writeUnits", tableWriteUnits(before, after), what);
  let grown = keptFor(after) - keptFor(before);
  for (const index of shape.indexes) {
    const units = indexWriteUnits(shape, index, before, after);
    meter.count(path, "dynamodb.writeUnits", units, `${name}/${index.name} ${kind}`);
    grown += keptFor(entryOf(shape, index, after)) - keptFor(entryOf(shape, index, before));
  }
  meter.count(path, "dynamodb.storedBytes", grown);
}

/** Bytes that DynamoDB keeps beside every item and every index entry. */
const besideItem = 100;

function keptFor(item: Item | undefined): number {
  return item ? itemBytes(item) + besideItem : 0;
}
