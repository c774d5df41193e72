import * as z from "zod/mini";
import { ApiKey } from "../platform/api-key.ts";
import { NextCursor, Page } from "../platform/cursor.ts";
import type { Operations } from "../platform/routes.ts";
import { Scopes } from "../platform/scope.ts";

const Time = z.iso.datetime();

/** A key as callers see it: everything but the key. */
export const KeyView = z.object({
  keyId: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  requestsPerMinute: z.int(),
  createdAt: Time,
  expiresAt: z.optional(Time),
  revokedAt: z.optional(Time),
  replacedBy: z.optional(z.string()),
  lastUsedAt: z.optional(Time.check(z.describe("To the hour."))),
});

const MadeKey = z.object({
  ...KeyView.shape,
  key: z.string().check(z.describe("Shown this once; only its fingerprint is kept.")),
});

const NewKey = z
  .strictObject({
    name: z.string().check(z.minLength(1), z.maxLength(100)),
    scopes: Scopes,
    requestsPerMinute: z.optional(ApiKey.shape.requestsPerMinute.def.innerType.check(z.maximum(1_000_000))),
    expiresAt: z.optional(z.iso.datetime({ offset: true })),
  })
  .check(
    z.meta({
      examples: [
        {
          name: "shop",
          scopes: ["contacts:read", "contacts:write", "messages:write"],
          requestsPerMinute: 600,
        },
      ],
    }),
  );

const Rotation = z
  .strictObject({
    /** How long both keys are good. */
    overlapSeconds: z._default(z.int().check(z.minimum(0), z.maximum(30 * 86_400)), 86_400),
    expiresAt: z.optional(z.iso.datetime({ offset: true }).check(z.describe("Of the new key."))),
  })
  .check(z.meta({ examples: [{ overlapSeconds: 3600 }] }));

/** What callers can do with keys; nobody gives away more than they have. */
export const keyRoutes = {
  listKeys: {
    at: "GET /v1/keys",
    does: "Lists the API keys with what they may do and when they were last used, newest first.",
    query: Page,
    reply: z.object({ keys: z.array(KeyView), nextCursor: NextCursor }),
  },
  getKey: {
    at: "GET /v1/keys/{keyId}",
    does: "Reads what is known of one key.",
    reply: KeyView,
    problems: ["key.not-found"],
  },
  createKey: {
    at: "POST /v1/keys",
    does: "Makes a key, with no scope that the caller's own key has not. It is answered once and never stored, so no Idempotency-Key can bring it back: delete a key whose answer was lost.",
    body: NewKey,
    reply: MadeKey,
    status: 201,
    problems: ["scope.missing"],
  },
  rotateKey: {
    at: "POST /v1/keys/{keyId}/rotate",
    does: "Makes a key that takes the place of another; both are good until the overlap has passed.",
    body: Rotation,
    reply: MadeKey,
    status: 201,
    problems: ["key.not-found", "scope.missing"],
  },
  revokeKey: {
    at: "DELETE /v1/keys/{keyId}",
    does: "Ends a key; the API hears of it within a minute.",
    reply: KeyView,
    problems: ["key.not-found", "scope.missing"],
  },
} as const satisfies Operations;
