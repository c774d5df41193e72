import type { Tables } from "./aws.store.ts";
import { ApiKey } from "./api-key.ts";
import { BatchGetCommand, GetCommand, PutCommand, QueryCommand } from "./dynamo.store.ts";

/** API keys by their hash. */
export interface ApiKeyStore {
  readonly find: (hash: string) => Promise<ApiKey | undefined>;
  readonly keep: (hash: string, key: ApiKey) => Promise<void>;
  /** Keys by their ids, newest first, after the one named; `next` is the last id when more may follow. */
  readonly list: (
    limit: number,
    after?: string,
  ) => Promise<{ readonly keys: ApiKey[]; readonly next?: string }>;
  readonly findById: (keyId: string) => Promise<ApiKey | undefined>;
  /** Changes a key; the API may go on as before for the minute that answers of the authorizer are kept. Undefined when there is no such key. */
  readonly change: (keyId: string, edit: (key: ApiKey) => ApiKey) => Promise<ApiKey | undefined>;
}

/** API keys in the catalog table. */
export function apiKeyStore(tables: Tables, table: string): ApiKeyStore {
  const put = (Item: Record<string, unknown>) => tables.send(new PutCommand({ TableName: table, Item }));
  const find = async (hash: string) => {
    const Key = { pk: `key#${hash}`, sk: "key" };
    const { Item } = await tables.send(new GetCommand({ TableName: table, Key }));
    return Item && ApiKey.parse(Item["key"]);
  };
  const keep = async (hash: string, key: ApiKey) => {
    await put({ pk: `key#${hash}`, sk: "key", key });
    await put({ pk: "keys", sk: key.keyId, hash });
  };
  const hashOf = async (keyId: string) => {
    const Key = { pk: "keys", sk: keyId };
    const { Item } = await tables.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item && String(Item["hash"]);
  };
  return {
    find,
    keep,
    list: async (limit, after) => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :keys AND sk < :after",
          ExpressionAttributeValues: { ":keys": "keys", ":after": after ?? "key_~" },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const hashes = (reply.Items ?? []).map((item) => String(item["hash"]));
      const found = new Map<string, ApiKey>();
      for (
        let Keys = hashes.map((hash): Record<string, unknown> => ({ pk: `key#${hash}`, sk: "key" }));
        Keys.length > 0;
      ) {
        const page = await tables.send(new BatchGetCommand({ RequestItems: { [table]: { Keys } } }));
        for (const item of page.Responses?.[table] ?? [])
          found.set(String(item["pk"]).slice("key#".length), ApiKey.parse(item["key"]));
        Keys = page.UnprocessedKeys?.[table]?.Keys ?? [];
      }
      const keys = hashes.map((hash) => found.get(hash)).filter((key) => key !== undefined);
      const last = reply.LastEvaluatedKey && keys.at(-1);
      return { keys, ...(last && { next: last.keyId }) };
    },
    findById: async (keyId) => {
      const hash = await hashOf(keyId);
      return hash === undefined ? undefined : find(hash);
    },
    change: async (keyId, edit) => {
      const hash = await hashOf(keyId);
      const key = hash === undefined ? undefined : await find(hash);
      if (!key || hash === undefined) return undefined;
      const next = edit(key);
      await keep(hash, next);
      return next;
    },
  };
}
