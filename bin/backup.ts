import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { gateStore } from "../functions/consent/gate.store.ts";
import { ledgerStore } from "../functions/consent/ledger.store.ts";
import { switchStore } from "../functions/switches/switch.store.ts";
import { useEnvironment } from "./local-environment.ts";
import { ownTables } from "./own-tables.ts";
import { replayConsents } from "./replay-consents.ts";
import { exportTables, manifestIn, restoreTables } from "./restore.ts";
import { tablesBy } from "./table-copy.ts";

// npm run backup: copies tables to files and back, with the AWS SDK's own settings or beside npm start.
const usage = `npm run backup -- export --folder backup
npm run backup -- restore --folder backup --lost-at 2026-11-23T17:00:00Z
npm run backup -- consents --folder backup --journal events.jsonl

--stage test is another deployment, --prefix Restored- other tables, --local .local a running npm start.
The files hold personal data. docs/operations.md says when to use which.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: "string" },
    "lost-at": { type: "string" },
    journal: { type: "string" },
    stage: { type: "string", default: "prod" },
    prefix: { type: "string" },
    local: { type: "string" },
  },
});
if (values.local) useEnvironment(values.local);
const client = new DynamoDBClient({});
const prefix = values.prefix ?? (values.local ? "" : `Heliograph-${values.stage}-Data-`);

const commands: Readonly<Record<string, (folder: string) => Promise<string>>> = {
  export: async (folder) => {
    const { copies } = await exportTables(client, prefix, folder, Date.now());
    return Object.entries(copies)
      .map(([word, { items }]) => `${word}\t${items} items`)
      .join("\n");
  },
  restore: async (folder) => {
    if (!values["lost-at"]) return failed(usage);
    const tables = await ownTables();
    const { items, inDoubt } = await restoreTables(client, {
      folder,
      prefix,
      lostAt: Date.parse(values["lost-at"]),
      now: Date.now(),
      create: false,
      off: (counters) => ({ switches: switchStore(tables, counters) }),
    });
    return `${JSON.stringify(items)} restored, ${inDoubt} messages in doubt; every channel is off`;
  },
  consents: async (folder) => {
    if (!values.journal) return failed(usage);
    const tables = await ownTables();
    const contacts = (await tablesBy(client, prefix, ["Contacts"])).get("Contacts") ?? "";
    const count = await replayConsents(
      createInterface({ input: createReadStream(values.journal) }),
      manifestIn(folder).exportedAt,
      {
        gates: gateStore(tables, contacts),
        ledger: ledgerStore(tables, contacts),
        publish: async () => undefined,
      },
    );
    return `${count} decisions recorded again`;
  },
};

const command = commands[positionals[0] ?? ""];
console.log(command && values.folder ? await command(values.folder) : failed(usage));
client.destroy();

function failed(why: string): string {
  process.exitCode = 1;
  return why;
}
