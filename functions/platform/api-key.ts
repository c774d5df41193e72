import { createHash } from "node:crypto";
import * as z from "zod/mini";

/** What is kept of an API key: never the key itself. */
export const ApiKey = z.object({
  keyId: z.string().check(z.startsWith("key_")),
  name: z.string(),
  /** What it may do; nothing without. */
  scopes: z._default(z.array(z.string()), []),
  /** @default 6,000 */
  requestsPerMinute: z.optional(z.int().check(z.minimum(1))),
  createdAt: z.int(),
  expiresAt: z.optional(z.int()),
  revokedAt: z.optional(z.int()),
  /** The key that takes its place, when it was rotated. */
  replacedBy: z.optional(z.string()),
});
/** What is kept of an API key. */
export type ApiKey = z.infer<typeof ApiKey>;

/** Requests a minute of a key that has no limit of its own. */
export const defaultRequestsPerMinute = 6_000;

const form = /^hg_[\w-]{43}$/;

/** Writes 32 random bytes as a key; the prefix lets leak scanners recognise it. */
export function newApiKey(random: Uint8Array): string {
  return `hg_${Buffer.from(random).toString("base64url")}`;
}

/** Fingerprint under which a key is kept; a plain hash will do because the key is 256 random bits. */
export function hashOfKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** The key in an Authorization header; undefined when it cannot be one of ours. */
export function keyIn(authorization: string | undefined): string | undefined {
  const key = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return key && form.test(key) ? key : undefined;
}

/** Whether a key still opens the door. */
export function isValid(key: ApiKey, now: number): boolean {
  return key.revokedAt === undefined && (key.expiresAt === undefined || key.expiresAt > now);
}
