import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { Meter } from "./meter.ts";
import { meterTables } from "./meter-tables.ts";
import { openEngine } from "./table-engine.ts";
import { engineAt } from "./table-engine-elsewhere.ts";
import { hangUp } from "./listen.ts";
import { type Run, startService } from "./service.ts";

/** The tables of the cloud. */
export interface Tables {
  readonly url: string;
  readonly run: Run;
  /** Makes the tables that are not there yet. */
  readonly create: (tables: readonly CreateTableCommandInput[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts DynamoDB on a free port; with a folder its rows survive. DYNAMODB_ENDPOINT names another engine than the embedded one. */
export async function startTables(folder: string | undefined, meter: Meter): Promise<Tables> {
  const path = folder && join(folder, "tables");
  if (path) mkdirSync(path, { recursive: true });
  const elsewhere = process.env["DYNAMODB_ENDPOINT"];
  const engine = elsewhere ? engineAt(elsewhere, path) : openEngine(path);
  const metered = meterTables(engine, meter);
  const { server, url } = await startService(metered.run);
  const client = new DynamoDBClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return {
    url,
    run: metered.run,
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
      await hangUp(server);
      await engine.close();
    },
  };
}
