import type { Meter } from "./meter.ts";
import {
  entryOf,
  indexWriteUnits,
  type Item,
  itemBytes,
  readUnits,
  type TableShape,
  tableWriteUnits,
} from "./meter-units.ts";

/** What the tables answered. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Asks the tables themselves, past the meter; by default for the operation that was called. */
export type Ask = (body: string, operation?: string) => Promise<Reply>;

/** A call on its way through the meter. */
export interface Metered {
  readonly call: Call;
  readonly shapes: ReadonlyMap<string, TableShape>;
  readonly ask: Ask;
  readonly path: string;
  readonly meter: Meter;
}

/** What a call says. */
interface Call {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConsistentRead?: boolean;
  readonly ReturnValues?: string;
  readonly ReturnConsumedCapacity?: string;
  readonly RequestItems?: Readonly<Record<string, never>>;
}

interface Answer {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Attributes?: Item;
  readonly ConsumedCapacity?: { readonly CapacityUnits: number };
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
}

/**
 * How each operation is counted. The emulator's own figures leave out what indexes cost, so writes are told from the item before
 * and after: a put and a delete give the old item away when asked, in the same locked step; for the others it is read beside
 * them. Units of reads are the emulator's, which reads whole items as AWS bills them.
 */
export const ways: Readonly<Record<string, (metered: Metered) => Promise<Reply>>> = {
  GetItem: read,
  Query: read,
  Scan: read,
  BatchGetItem: readMany,
  PutItem: replace,
  DeleteItem: replace,
  UpdateItem: update,
  BatchWriteItem: writeMany,
};

async function read(metered: Metered): Promise<Reply> {
  const { call, ask } = metered;
  const reply = await ask(JSON.stringify({ ...call, ReturnConsumedCapacity: "TOTAL" }));
  if (reply.status !== 200) return reply;
  const { ConsumedCapacity, ...answer } = JSON.parse(reply.body) as Answer;
  const items = answer.Items ?? (answer.Item ? [answer.Item] : []);
  const name = shortName(call.TableName);
  const what = call.IndexName ? `${name}/${call.IndexName}` : `${name} ${kindOf(call.Key ?? items[0])}`;
  countRead(metered, what, items, ConsumedCapacity?.CapacityUnits ?? 0);
  return call.ReturnConsumedCapacity ? reply : { ...reply, body: JSON.stringify(answer) };
}

/** Each item of a batch is rounded up by itself, and one that is not there costs as much as a small one. */
async function readMany(metered: Metered): Promise<Reply> {
  const reply = await metered.ask(JSON.stringify(metered.call));
  const { Responses = {} } = JSON.parse(reply.body) as Answer;
  const asked: Readonly<Record<string, { Keys: readonly Item[]; ConsistentRead?: boolean }>> =
    metered.call.RequestItems ?? {};
  for (const [table, { Keys, ConsistentRead = false }] of Object.entries(asked)) {
    const found = Responses[table] ?? [];
    const mode = ConsistentRead ? "consistent" : "eventual";
    for (const key of Keys) {
      const item = found.find((one) =>
        Object.entries(key).every(([name, { S, N }]) => S === one[name]?.S && N === one[name]?.N),
      );
      const units = readUnits(item ? itemBytes(item) : 0, mode);
      countRead(metered, `${shortName(table)} ${kindOf(key)}`, item ? [item] : [], units, ConsistentRead);
    }
  }
  return reply;
}

function countRead(
  { path, meter, call }: Metered,
  what: string,
  items: readonly Item[],
  units: number,
  isConsistent = call.ConsistentRead,
): void {
  // Even an empty answer costs a read.
  const least = readUnits(0, isConsistent ? "consistent" : "eventual");
  meter.count(path, "dynamodb.reads", 1, what);
  meter.count(path, "dynamodb.readUnits", Math.max(least, units), what);
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
  meter.count(path, "dynamodb.bytes", bytes, `${what} read`);
}

/** Puts and deletes: the item before is part of the answer when it is asked for. */
async function replace(metered: Metered): Promise<Reply> {
  const { call, ask } = metered;
  const reply = await ask(JSON.stringify({ ...call, ReturnValues: "ALL_OLD" }));
  if (reply.status !== 200) return refused(metered, reply);
  const { Attributes: before, ...answer } = JSON.parse(reply.body) as Answer;
  countWrite(metered, call, before, call.Item);
  return call.ReturnValues === "ALL_OLD" ? reply : { ...reply, body: JSON.stringify(answer) };
}

async function update(metered: Metered): Promise<Reply> {
  const before = await find(metered, metered.call);
  const reply = await metered.ask(JSON.stringify(metered.call));
  if (reply.status !== 200) return refused(metered, reply);
  countWrite(metered, metered.call, before, await find(metered, metered.call));
  return reply;
}

async function writeMany(metered: Metered): Promise<Reply> {
  const asked: Readonly<
    Record<string, readonly { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]>
  > = metered.call.RequestItems ?? {};
  const writes = Object.entries(asked).flatMap(([TableName, requests]) =>
    requests.map(({ PutRequest, DeleteRequest }) => ({ TableName, ...PutRequest, ...DeleteRequest })),
  );
  const before = await Promise.all(writes.map((one) => find(metered, one)));
  const reply = await metered.ask(JSON.stringify(metered.call));
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
  const of = Key ?? Item ?? {};
  const names = shapes.get(TableName)?.key ?? [];
  const key = Object.fromEntries(names.map((name) => [name, of[name]]));
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

/** What sort of item it is, told by the first word of each of its keys: `msg message`. */
function kindOf(item: Item | undefined): string {
  const words = [item?.["pk"], item?.["sk"]].map((key) => /^[a-z-]+/i.exec(key?.S ?? "")?.[0]);
  return words.filter((word) => word !== undefined).join(" ") || "nothing";
}

/** Without the stack's hash: `MessagesTable01AB23CD` is `Messages`. */
function shortName(table: string): string {
  return table.replace(/Table[0-9A-F]{8}$/, "");
}
