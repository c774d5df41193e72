import type { Json } from "./assembly.ts";

/** Properties of a resource, resolved. */
export type Properties = Readonly<Record<string, Json>>;

/** A value as a set of properties. */
export function record(value: Json | undefined): Properties {
  return (value ?? {}) as Properties;
}

/** A value as text. */
export function text(value: Json | undefined): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}
