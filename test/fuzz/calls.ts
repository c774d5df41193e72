import * as fc from "fast-check";
import { arbitraryOf, type JsonSchema } from "./arbitrary.ts";

/** The description of the API, as far as calls are made from it. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

interface Described {
  readonly operationId: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly example?: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** One operation with its place. */
export interface Operation extends Described {
  readonly method: string;
  readonly path: string;
}

/** One call over HTTP. */
export interface Call {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** All operations of a description. */
export function operationsIn({ paths }: Description): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ ...one, path, method: method.toUpperCase() })),
  );
}

/** What a body has to look like. */
export function bodyOf({ requestBody }: Described): JsonSchema | undefined {
  return requestBody?.content["application/json"]?.schema;
}

/** Calls of an operation, most of them nearly right. */
export function callsOf(operation: Operation): fc.Arbitrary<Call> {
  const { method, path, parameters, operationId } = operation;
  const schema = bodyOf(operation);
  const inPath = parameters.filter((one) => one.in === "path");
  const values = fc.tuple(
    ...inPath.map(({ example = "x" }) =>
      fc.oneof(
        { weight: 6, arbitrary: fc.constant(example) },
        { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 250 }) },
      ),
    ),
  );
  const query = fc.record(
    Object.fromEntries(
      parameters
        .filter((one) => one.in === "query")
        .map(({ name, schema: field }) => [name, arbitraryOf(field)]),
    ),
    { requiredKeys: [] },
  );
  const body = schema ? arbitraryOf(schema) : fc.constant(undefined);
  return fc.tuple(values, query, body).map(([given, asked, sent]) => {
    const filled = inPath.reduce(
      (so, { name }, index) =>
        so.replace(
          `{${name}}`,
          encodeURIComponent((given[index] ?? "").toWellFormed()).replaceAll(".", "%2E"),
        ),
      path,
    );
    const search = new URLSearchParams(
      Object.entries(asked).map(([name, value]) => [
        name,
        typeof value === "string" ? value : (JSON.stringify(value) ?? ""),
      ]),
    ).toString();
    return { operation: operationId, method, path: search ? `${filled}?${search}` : filled, body: sent };
  });
}

/** Statuses that have to name a field: the caller wrote something that is wrong. */
const named = new Set([400, 404, 412, 422]);

/** What is wrong with an answer; undefined when it is one that the API may give. */
export function complaintAbout(status: number, type: string, text: string): string | undefined {
  if (status >= 500) return `answered ${status}`;
  // Too long an address is refused before anybody reads it.
  if (status < 400 || status === 431) return undefined;
  if (!type.startsWith("application/problem+json")) return `answered ${status} without a problem document`;
  const { code, errors = [] }: { code?: string; errors?: { field?: string }[] } = JSON.parse(text);
  if (!code) return "names no code";
  const isNamed = errors.length > 0 && errors.every(({ field }) => field);
  return named.has(status) && !isNamed ? `${status} ${code} names no field` : undefined;
}
