import { randomBytes } from "node:crypto";
import * as z from "zod/mini";
import { type Call, type Caller, onRoutes } from "../platform/api.ts";
import { type ApiKey, defaultRequestsPerMinute, hashOfKey, isValid, newApiKey } from "../platform/api-key.ts";
import { apiKeyStore } from "../platform/api-key.store.ts";
import { tables } from "../platform/aws.store.ts";
import { isoOf, systemClock } from "../platform/clock.ts";
import { cursorAt, placeAt } from "../platform/cursor.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { keyUseStore } from "../platform/key-use.store.ts";
import { Problem } from "../platform/problem.ts";
import type { Operation } from "../platform/routes.ts";
import { allows } from "../platform/scope.ts";
import { keyRoutes } from "./keys.routes.ts";

const dynamo = tables();
const keys = apiKeyStore(dynamo, setting("CATALOG_TABLE"));
const uses = keyUseStore(dynamo, setting("COUNTERS_TABLE"));
const { now } = systemClock;

/** Everything about API keys. */
export const handler = onRoutes(
  keyRoutes,
  {
    listKeys: async ({ query: { limit, cursor } }) => {
      const page = await keys.list(
        limit,
        placeAt(cursor, "keys", z.string().check(z.startsWith("key_"), z.maxLength(60))),
      );
      const nextCursor = page.next && cursorAt(page.next, "keys");
      return { keys: await views(page.keys), ...(nextCursor && { nextCursor }) };
    },
    getKey: async ({ params }) => view(await keyOf(params)),
    createKey: async ({ body, caller, newId }) => {
      const { name, scopes, requestsPerMinute } = body;
      assertWithin(caller, scopes);
      const made: ApiKey = {
        keyId: newId("key"),
        name,
        scopes,
        ...(requestsPerMinute !== undefined && { requestsPerMinute }),
        createdAt: now(),
        ...expiryOf(body.expiresAt),
      };
      return make(made);
    },
    rotateKey: async ({ params, body, caller, newId }) => {
      const old = await keyOf(params);
      assertWithin(caller, old.scopes);
      if (!isValid(old, now())) throw new Problem("key.not-found");
      const { expiresAt: _expiresAt, ...same } = old;
      const next = { ...same, keyId: newId("key"), createdAt: now(), ...expiryOf(body.expiresAt) };
      const answer = await make(next);
      const until = now() + body.overlapSeconds * 1000;
      await keys.change(old.keyId, (seen) => ({
        ...seen,
        expiresAt: Math.min(seen.expiresAt ?? until, until),
        replacedBy: next.keyId,
      }));
      return answer;
    },
    revokeKey: async ({ params, caller }) => {
      assertWithin(caller, (await keyOf(params)).scopes);
      const ended = await keys.change(params["keyId"] ?? "", (seen) => ({
        ...seen,
        revokedAt: seen.revokedAt ?? now(),
      }));
      if (!ended) throw new Problem("key.not-found");
      return view(ended);
    },
  },
  doorOf(dynamo, setting("COUNTERS_TABLE")),
);

/** Nobody gives, renews or ends what they do not have themselves. */
function assertWithin(caller: Caller, scopes: readonly string[]): void {
  const missing = scopes.filter((scope) => !allows(caller.scopes, scope));
  if (missing.length === 0) return;
  throw new Problem(
    "scope.missing",
    missing.map((scope) => ({ field: "scopes", message: `your own key lacks ${scope}` })),
  );
}

function expiryOf(time: string | undefined): { readonly expiresAt?: number } {
  if (time === undefined) return {};
  const expiresAt = Date.parse(time);
  if (expiresAt > now()) return { expiresAt };
  throw new Problem("body.invalid", [{ field: "expiresAt", message: "has passed" }]);
}

async function keyOf({ keyId = "" }: Call<Operation>["params"]): Promise<ApiKey> {
  const key = await keys.findById(keyId);
  if (!key) throw new Problem("key.not-found");
  return key;
}

async function make(key: ApiKey) {
  const secret = newApiKey(randomBytes(32));
  await keys.keep(hashOfKey(secret), key);
  return { ...viewOf(key, undefined), key: secret };
}

async function view(key: ApiKey) {
  const used = await uses.lastUsed([key.keyId]);
  return viewOf(key, used.get(key.keyId));
}

async function views(all: readonly ApiKey[]) {
  const used = await uses.lastUsed(all.map(({ keyId }) => keyId));
  return all.map((key) => viewOf(key, used.get(key.keyId)));
}

function viewOf(key: ApiKey, lastUsedAt: number | undefined) {
  const { keyId, name, scopes, requestsPerMinute = defaultRequestsPerMinute, replacedBy } = key;
  const { createdAt, expiresAt, revokedAt } = key;
  return {
    keyId,
    name,
    scopes,
    requestsPerMinute,
    createdAt: isoOf(createdAt),
    ...(expiresAt !== undefined && { expiresAt: isoOf(expiresAt) }),
    ...(revokedAt !== undefined && { revokedAt: isoOf(revokedAt) }),
    ...(replacedBy && { replacedBy }),
    ...(lastUsedAt !== undefined && { lastUsedAt: isoOf(lastUsedAt) }),
  };
}
