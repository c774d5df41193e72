import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { ApiKey } from "./api-key.ts";

/** API keys by their hash. */
export interface ApiKeyStore {
  readonly find: (hash: string) => Promise<ApiKey | undefined>;
  readonly keep: (hash: string, key: ApiKey) => Promise<void>;
}

/** API keys in the catalog table. */
export function apiKeyStore(tables: DynamoDBDocumentClient, table: string): ApiKeyStore {
  return {
    find: async (hash) => {
      const reply = await tables.send(new GetCommand({ TableName: table, Key: { pk: `key#${hash}`, sk: "key" } }));
      return reply.Item && ApiKey.parse(reply.Item["key"]);
    },
    keep: async (hash, key) => {
      await tables.send(new PutCommand({ TableName: table, Item: { pk: `key#${hash}`, sk: "key", key } }));
    },
  };
}
