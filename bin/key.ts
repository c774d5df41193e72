import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { type ApiKey, hashOfKey, newApiKey } from "../functions/platform/api-key.ts";
import { type ApiKeyStore, apiKeyStore } from "../functions/platform/api-key.store.ts";
import { isoOf, systemClock } from "../functions/platform/clock.ts";
import { sortableIds } from "../functions/platform/ids.ts";
import { Scopes, scopes as known } from "../functions/platform/scope.ts";
import { ownTables } from "./own-tables.ts";

// npm run key: makes, lists and revokes API keys, with the AWS SDK's own settings (profile, region, AWS_ENDPOINT_URL_DYNAMODB).
const usage = `npm run key -- create --name laptop [--scopes messages:write,contacts:read] [--days 90] --table <CatalogTable>
npm run key -- list --table <CatalogTable>
npm run key -- revoke --id key_… --table <CatalogTable>

Without scopes a key may do everything. The name of the catalog table is the output CatalogTable of the data stack.`;

interface Asked {
  readonly name?: string | undefined;
  readonly scopes?: string | undefined;
  readonly days?: string | undefined;
  readonly id?: string | undefined;
}

const commands: Readonly<Record<string, (keys: ApiKeyStore, asked: Asked) => Promise<string>>> = {
  create: async (keys, { name, days, scopes }) => {
    const lifeDays = Number(days ?? 0);
    const allowed = Scopes.safeParse((scopes ?? "*").split(","));
    if (!name || !(lifeDays >= 0)) return failed(usage);
    if (!allowed.success) return failed(`Scopes are ${known.join(", ")}.`);
    const createdAt = systemClock.now();
    const secret = newApiKey(randomBytes(32));
    const keyId = sortableIds.next("key", createdAt);
    const expiry = lifeDays > 0 ? { expiresAt: createdAt + lifeDays * 86_400_000 } : {};
    await keys.keep(hashOfKey(secret), { keyId, name, scopes: allowed.data, createdAt, ...expiry });
    return `${secret}\n\n${keyId} "${name}": this is the only time it is shown.`;
  },
  list: async (keys) => {
    const rows: ApiKey[] = [];
    for (let after: string | undefined = "key_~"; after;) {
      const page: Awaited<ReturnType<typeof keys.list>> = await keys.list(100, after);
      rows.unshift(...page.keys.toReversed());
      after = page.next;
    }
    return rows
      .map(({ keyId, name, scopes, createdAt, expiresAt, revokedAt }) => {
        const expiry = expiresAt === undefined ? [] : [`expires ${isoOf(expiresAt)}`];
        const end = revokedAt === undefined ? expiry : [`revoked ${isoOf(revokedAt)}`];
        return [keyId, name, scopes.join(","), `created ${isoOf(createdAt)}`, ...end].join("\t");
      })
      .join("\n");
  },
  revoke: async (keys, { id }) => {
    if (!id) return failed(usage);
    const now = systemClock.now();
    const isRevoked = await keys.change(id, (key) => ({ ...key, revokedAt: key.revokedAt ?? now }));
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
    scopes: { type: "string" },
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
