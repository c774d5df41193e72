import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  paginateScan,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";

/** An item with its types, as DynamoDB's API has it. */
export type Item = Record<string, AttributeValue>;

/** What was copied of one table, and how it was made. */
export const Copy = z.object({
  table: z.string(),
  items: z.int(),
  sha256: z.string(),
  schema: z.looseObject({ TableName: z.string() }),
});
/** What was copied of one table. */
export type Copy = z.infer<typeof Copy>;

/** Most items that DynamoDB writes in one call. */
const batchLimit = 25;
const longestPauseMilliseconds = 5_000;

/** Names of the tables that begin with a prefix, by the one of our words that is in them; without those that need not be there. */
export async function tablesBy(
  client: DynamoDBClient,
  prefix: string,
  words: readonly string[],
  optional: readonly string[] = [],
): Promise<Map<string, string>> {
  const names: string[] = [];
  let last: string | undefined;
  do {
    const page = await client.send(new ListTablesCommand(last ? { ExclusiveStartTableName: last } : {}));
    names.push(...(page.TableNames ?? []));
    last = page.LastEvaluatedTableName;
  } while (last);
  return new Map(
    words.flatMap((word) => {
      const found = names.filter((name) => name.startsWith(prefix + word));
      const [name] = found;
      if (!name && optional.includes(word)) return [];
      if (!name || found.length > 1) throw new Error(`${found.length} tables are called ${prefix}${word}…`);
      return [[word, name] as const];
    }),
  );
}

/** Copies a table to a file, an item a line. It is read page by page: what changes meanwhile is in it or not. */
export async function copyOut(client: DynamoDBClient, table: string, file: string): Promise<Copy> {
  const out = createWriteStream(file, { mode: 0o600 });
  const hash = createHash("sha256");
  let items = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    for (const item of Items) {
      const line = `${JSON.stringify(item)}\n`;
      hash.update(line);
      if (!out.write(line)) await once(out, "drain");
      items += 1;
    }
  }
  out.end();
  await once(out, "finish");
  return { table, items, sha256: hash.digest("hex"), schema: await schemaOf(client, table) };
}

/** Writes a copy into a table, each item as `change` makes it; a file that was cut or changed writes nothing. */
export async function copyIn(
  client: DynamoDBClient,
  copy: Copy,
  file: string,
  table: string,
  change: (item: Item) => Item,
): Promise<number> {
  const hash = createHash("sha256");
  for await (const line of linesOf(file)) hash.update(`${line}\n`);
  if (hash.digest("hex") !== copy.sha256) throw new Error(`${file} is not what was exported`);
  let items = 0;
  let batch: Item[] = [];
  for await (const line of linesOf(file)) {
    batch.push(change(JSON.parse(line) as Item));
    items += 1;
    if (batch.length < batchLimit) continue;
    await write(client, table, batch);
    batch = [];
  }
  await write(client, table, batch);
  return items;
}

/** Makes a table like the one that was copied, where there is none. */
export async function createLike(client: DynamoDBClient, { schema }: Copy): Promise<void> {
  await client.send(new CreateTableCommand(schema as unknown as CreateTableCommandInput));
  await waitUntilTableExists(
    { client, minDelay: 0.1, maxDelay: 2, maxWaitTime: 300 },
    { TableName: schema.TableName },
  );
}

async function schemaOf(client: DynamoDBClient, TableName: string): Promise<Copy["schema"]> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const indexes = Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: Table?.KeySchema,
    AttributeDefinitions: Table?.AttributeDefinitions,
    ...(indexes && { GlobalSecondaryIndexes: indexes }),
  };
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file), crlfDelay: Infinity });
}

/** What the table did not take is offered again, more and more slowly. */
async function write(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  let left = items.map((Item) => ({ PutRequest: { Item } }));
  for (let pause = 50; left.length > 0; pause = Math.min(longestPauseMilliseconds, pause * 2)) {
    const { UnprocessedItems = {} } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
    );
    left = (UnprocessedItems[table] ?? []).flatMap(({ PutRequest }) =>
      PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
    );
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
