import { type Answer, kindOf, type Metered, type Reply, shortName, withField } from "./meter-table.ts";
import { type Item, itemBytes, readUnits } from "./meter-units.ts";

/** Most calls are this one, so what comes back is passed on as it is. */
export async function readOne(metered: Metered): Promise<Reply> {
  const { call, text, ask } = metered;
  // What is left out of an answer is billed all the same, and only the tables know its size.
  if (call.ProjectionExpression) return read(metered);
  const reply = await ask(text);
  if (reply.status !== 200) return reply;
  const { Item: item } = JSON.parse(reply.body) as Answer;
  const units = readUnits(item ? itemBytes(item) : 0, call.ConsistentRead ? "consistent" : "eventual");
  countRead(metered, `${shortName(call.TableName)} ${kindOf(call.Key)}`, item ? [item] : [], units);
  return reply;
}

/** Queries and scans: their units are the emulator's, which reads whole items as AWS bills them. */
export async function read(metered: Metered): Promise<Reply> {
  const { call, text, ask } = metered;
  const isAsked = call.ReturnConsumedCapacity !== undefined;
  const reply = await ask(isAsked ? text : withField(text, "ReturnConsumedCapacity", "TOTAL"));
  if (reply.status !== 200) return reply;
  const { ConsumedCapacity, ...answer } = JSON.parse(reply.body) as Answer;
  const items = answer.Items ?? (answer.Item ? [answer.Item] : []);
  const name = shortName(call.TableName);
  const what = call.IndexName ? `${name}/${call.IndexName}` : `${name} ${kindOf(call.Key ?? items[0])}`;
  countRead(metered, what, items, ConsumedCapacity?.CapacityUnits ?? 0);
  return isAsked ? reply : { ...reply, body: JSON.stringify(answer) };
}

/** Each item of a batch is rounded up by itself, and one that is not there costs as much as a small one. */
export async function readMany(metered: Metered): Promise<Reply> {
  const reply = await metered.ask(metered.text);
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
