import type { Tables } from "./aws.store.ts";
import { GetCommand, PutCommand, ScanCommand } from "./dynamo.store.ts";
import { ApiKey } from "./api-key.ts";

/** API keys by their hash. */
export interface ApiKeyStore {
  readonly find: (hash: string) => Promise<ApiKey | undefined>;
  readonly keep: (hash: string, key: ApiKey) => Promise<void>;
  /** Every key there is. Reads the whole catalog: for the command line, never for a request. */
  readonly list: () => Promise<ApiKey[]>;
  /** Ends a key; the API may go on taking it for the minute that answers of the authorizer are kept. False when there is no such key. */
  readonly revoke: (keyId: string, now: number) => Promise<boolean>;
}

/** API keys in the catalog table. */
export function apiKeyStore(tables: Tables, table: string): ApiKeyStore {
  const keep = async (hash: string, key: ApiKey) => {
    await tables.send(new PutCommand({ TableName: table, Item: { pk: `key#${hash}`, sk: "key", key } }));
  };
  const rows = async () => {
    const found: { hash: string; key: ApiKey }[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await tables.send(new ScanCommand({ TableName: table, ExclusiveStartKey: from }));
      const items = (page.Items ?? []).filter((item) => item["sk"] === "key");
      found.push(
        ...items.map((item) => ({
          hash: String(item["pk"]).slice("key#".length),
          key: ApiKey.parse(item["key"]),
        })),
      );
      from = page.LastEvaluatedKey;
    } while (from);
    return found;
  };
  return {
    keep,
    find: async (hash) => {
      const reply = await tables.send(
        new GetCommand({ TableName: table, Key: { pk: `key#${hash}`, sk: "key" } }),
      );
      return reply.Item && ApiKey.parse(reply.Item["key"]);
    },
    list: async () => (await rows()).map(({ key }) => key),
    revoke: async (keyId, now) => {
      const row = (await rows()).find(({ key }) => key.keyId === keyId);
      if (row) await keep(row.hash, { ...row.key, revokedAt: row.key.revokedAt ?? now });
      return row !== undefined;
    },
  };
}
