import type { Server } from "node:http";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Meter } from "./meter.ts";
import { meterTables } from "./meter-tables.ts";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";

/** The tables of the cloud. */
export interface Tables {
  readonly url: string;
  /** Makes the tables that are not there yet. */
  readonly create: (tables: readonly CreateTableCommandInput[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

// dynalite is a CommonJS module without types: a function that makes an HTTP server.
const dynalite = createRequire(import.meta.url)("dynalite") as (options: {
  path?: string;
  createTableMs: number;
}) => Server;

/** Starts DynamoDB on a free port; with a folder its rows survive. */
export async function startTables(folder: string | undefined, meter: Meter): Promise<Tables> {
  const path = folder && join(folder, "tables");
  if (path) mkdirSync(path, { recursive: true });
  const server = dynalite({ createTableMs: 0, ...(path && { path }) });
  const metered = meterTables(server, meter);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const client = new DynamoDBClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return {
    url,
    create: async (tables) => {
      metered.declare(tables);
      const { TableNames = [] } = await client.send(new ListTablesCommand({}));
      for (const table of tables)
        if (!TableNames.includes(table.TableName ?? "")) await client.send(new CreateTableCommand(table));
      // A table is there only some time after it was made.
      for (const { TableName } of tables)
        await waitUntilTableExists({ client, minDelay: 0.02, maxDelay: 1, maxWaitTime: 30 }, { TableName });
    },
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
