import {
  type Answer,
  type Call,
  keyOf,
  kindOf,
  type Metered,
  type Reply,
  shortName,
  withField,
} from "./meter-table.ts";
import { entryOf, indexWriteUnits, type Item, itemBytes, tableWriteUnits } from "./meter-units.ts";

/**
 * Puts and deletes. The emulator's own figures leave out what indexes cost, so writes are told from the item before and after:
 * the one before is part of the answer when it is asked for, in the same locked step.
 */
export async function replace(metered: Metered): Promise<Reply> {
  const { call, text, ask } = metered;
  const isAsked = call.ReturnValues !== undefined;
  const reply = await ask(
    isAsked
      ? JSON.stringify({ ...call, ReturnValues: "ALL_OLD" })
      : withField(text, "ReturnValues", "ALL_OLD"),
  );
  if (reply.status !== 200) return refused(metered, reply);
  const { Attributes: before, ...answer } = JSON.parse(reply.body) as Answer;
  countWrite(metered, call, before, call.Item);
  return call.ReturnValues === "ALL_OLD" ? reply : { ...reply, body: JSON.stringify(answer) };
}

/** An update does not give away both: the item is read before it and after it, while other writers of it wait in line. */
export async function update(metered: Metered): Promise<Reply> {
  const before = await find(metered, metered.call);
  const reply = await metered.ask(metered.text);
  if (reply.status !== 200) return refused(metered, reply);
  countWrite(metered, metered.call, before, await find(metered, metered.call));
  return reply;
}

/** Nor does a batch of writes. */
export async function writeMany(metered: Metered): Promise<Reply> {
  const asked: Readonly<
    Record<string, readonly { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]>
  > = metered.call.RequestItems ?? {};
  const writes = Object.entries(asked).flatMap(([TableName, requests]) =>
    requests.map(({ PutRequest, DeleteRequest }) => ({ TableName, ...PutRequest, ...DeleteRequest })),
  );
  const before = await Promise.all(writes.map((one) => find(metered, one)));
  const reply = await metered.ask(metered.text);
  if (reply.status === 200)
    for (const [index, one] of writes.entries()) countWrite(metered, one, before[index], one.Item);
  return reply;
}

type Written = Pick<Call, "TableName" | "Item" | "Key">;

/** A condition that does not hold costs what the write would have. */
async function refused(metered: Metered, reply: Reply): Promise<Reply> {
  const { call, path, meter } = metered;
  if (!reply.body.includes("ConditionalCheckFailed")) return reply;
  const what = `${shortName(call.TableName)} ${kindOf(call.Item ?? call.Key)}`;
  meter.count(path, "dynamodb.refusedWrites", 1, what);
  meter.count(path, "dynamodb.writeUnits", tableWriteUnits(await find(metered, call), call.Item), what);
  return reply;
}

/** The item as it stands, for the meter alone. */
async function find({ shapes, ask }: Metered, { TableName, Key, Item }: Written): Promise<Item | undefined> {
  const key = keyOf(shapes.get(TableName), Key ?? Item);
  const body = JSON.stringify({ TableName, Key: key, ConsistentRead: true });
  return (JSON.parse((await ask(body, "GetItem")).body) as Answer).Item;
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
