import type { Tables } from "./aws.store.ts";
import { BatchGetCommand } from "./dynamo.store.ts";
import { inParts } from "./in-parts.ts";

/** Key of an item in any of our tables. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Most items DynamoDB reads in one batch. */
const mostAtOnce = 100;
/** Batches that the table may leave unfinished before the reader gives up. */
const triesLimit = 10;

/** Reads items by their keys, a hundred in a request; in no order, and without those that are not there. */
export async function readMany(
  tables: Tables,
  table: string,
  keys: readonly ItemKey[],
  { isConsistent = false }: { readonly isConsistent?: boolean } = {},
): Promise<readonly Record<string, unknown>[]> {
  const distinct = [...new Map(keys.map(({ pk, sk }) => [`${pk}\n${sk}`, { pk, sk }])).values()];
  const batches = inParts(distinct, mostAtOnce);
  const found = await Promise.all(batches.map((batch) => readBatch(tables, table, batch, isConsistent)));
  return found.flat();
}

async function readBatch(
  tables: Tables,
  table: string,
  batch: readonly ItemKey[],
  ConsistentRead: boolean,
): Promise<readonly Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let left: Record<string, unknown>[] = batch.map((key) => ({ ...key }));
  for (let tries = 0; left.length > 0; tries += 1) {
    if (tries === triesLimit) throw new Error(`${left.length} items of ${table} were not read`);
    if (tries > 0) await tables.pause?.(tries);
    const reply = await tables.send(
      new BatchGetCommand({
        RequestItems: { [table]: { Keys: left, ...(ConsistentRead && { ConsistentRead }) } },
      }),
    );
    found.push(...(reply.Responses?.[table] ?? []));
    left = reply.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
}
