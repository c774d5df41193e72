import { createHash } from "node:crypto";
import { Problem } from "./problem.ts";

/** Names the state of a resource: the same for the same content, in whatever order its fields stand. */
export function etagOf(resource: unknown): string {
  const text = JSON.stringify(resource, inOrder) ?? "";
  return `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
}

/** Whether a header such as If-Match or If-None-Match names this state. */
export function names(header: string, etag: string): boolean {
  const named = new Set(header.split(",").map((one) => one.trim()));
  return named.has("*") || named.has(etag);
}

/** Holds back a change that was made from an older state than the one it would replace. */
export function assertUnchanged(ifMatch: string | undefined, resource: unknown): void {
  if (ifMatch === undefined || (resource !== undefined && names(ifMatch, etagOf(resource)))) return;
  throw new Problem("precondition.failed", [
    { field: "If-Match", message: "is not the ETag of what is there now" },
  ]);
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
