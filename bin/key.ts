import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { hashOfKey, newApiKey } from "../functions/platform/api-key.ts";
import { type ApiKeyStore, apiKeyStore } from "../functions/platform/api-key.store.ts";
import { isoOf, systemClock } from "../functions/platform/clock.ts";
import { sortableIds } from "../functions/platform/ids.ts";
import { ownTables } from "./own-tables.ts";

// npm run key: makes, lists and revokes API keys, with the AWS SDK's own settings (profile, region, AWS_ENDPOINT_URL_DYNAMODB).
const usage = `npm run key -- create --name laptop [--days 90] --table <CatalogTable>
npm run key -- list --table <CatalogTable>
npm run key -- revoke --id key_… --table <CatalogTable>

The name of the catalog table is the output CatalogTable of the data stack.`;

interface Asked {
  readonly name?: string | undefined;
  readonly days?: string | undefined;
  readonly id?: string | undefined;
}

const commands: Readonly<Record<string, (keys: ApiKeyStore, asked: Asked) => Promise<string>>> = {
  create: async (keys, { name, days }) => {
    const lifeDays = Number(days ?? 0);
    if (!name || !(lifeDays >= 0)) return failed(usage);
    const createdAt = systemClock.now();
    const secret = newApiKey(randomBytes(32));
    const keyId = sortableIds.next("key", createdAt);
    const expiry = lifeDays > 0 ? { expiresAt: createdAt + lifeDays * 86_400_000 } : {};
    await keys.keep(hashOfKey(secret), { keyId, name, createdAt, ...expiry });
    return `${secret}\n\n${keyId} "${name}": this is the only time it is shown.`;
  },
  list: async (keys) => {
    const rows = (await keys.list()).sort((one, other) => one.createdAt - other.createdAt);
    return rows
      .map(({ keyId, name, createdAt, expiresAt, revokedAt }) => {
        const expiry = expiresAt === undefined ? [] : [`expires ${isoOf(expiresAt)}`];
        const end = revokedAt === undefined ? expiry : [`revoked ${isoOf(revokedAt)}`];
        return [keyId, name, `created ${isoOf(createdAt)}`, ...end].join("\t");
      })
      .join("\n");
  },
  revoke: async (keys, { id }) => {
    if (!id) return failed(usage);
    const isRevoked = await keys.revoke(id, systemClock.now());
    return isRevoked
      ? `${id} is revoked; the API hears of it within a minute.`
      : failed(`There is no key ${id}.`);
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    table: { type: "string" },
    name: { type: "string" },
    days: { type: "string" },
    id: { type: "string" },
  },
});
const command = commands[positionals[0] ?? ""];
console.log(
  command && values.table
    ? await command(apiKeyStore(await ownTables(), values.table), values)
    : failed(usage),
);

function failed(why: string): string {
  process.exitCode = 1;
  return why;
}
