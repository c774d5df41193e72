import * as z from "zod/mini";
import type { Operation } from "./routes.ts";

/** Everything a key can be allowed: a part of the API to read or to write, and to erase people. */
export const scopes = [
  "contacts:read",
  "contacts:write",
  "contacts:erase",
  "preferences:read",
  "preferences:write",
  "consents:read",
  "consents:write",
  "categories:read",
  "messages:read",
  "messages:write",
  "campaigns:read",
  "campaigns:write",
  "templates:read",
  "templates:write",
  "senders:read",
  "senders:write",
  "webhooks:read",
  "webhooks:write",
  "event-types:read",
  "switches:read",
  "switches:write",
  "keys:read",
  "keys:write",
] as const;

/** What a key is allowed: some scopes, or everything there is and will be. */
export const Scopes = z.array(z.enum([...scopes, "*"])).check(z.minLength(1), z.maxLength(50));

/** What a key needs for an operation: what the operation says, else the first part of its path, to read or to write. */
export function scopeOf({ at, scope }: Pick<Operation, "at" | "scope">): string {
  if (scope) return scope;
  const [method, path = ""] = at.split(" ");
  return `${path.split("/")[2] ?? ""}:${method === "GET" ? "read" : "write"}`;
}

/** Whether scopes allow what needs one; a key that has none may do nothing. */
export function allows(held: readonly string[], needed: string): boolean {
  return held.includes("*") || held.includes(needed);
}
