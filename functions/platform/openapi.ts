import * as z from "zod/mini";
import { allProblems } from "./problem.ts";
import type { Operation, Operations } from "./routes.ts";
import { saidOf } from "./said-of.ts";
import { scopeOf } from "./scope.ts";

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of all operations, from the same rows and schemas that serve them. */
export function describe(
  operations: Operations,
  info: { title: string; version: string; description: string },
): Json {
  const paths: Record<string, Json> = {};
  for (const [name, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = operation.at.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOne(name, path, operation) };
  }
  return {
    openapi: "3.1.0",
    info,
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "An API key: hg_…" } },
      schemas: { Problem },
    },
  };
}

const Problem = {
  type: "object",
  description: "What is wrong and what to do about it (RFC 9457).",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { enum: allProblems().map(({ code }) => code) },
    errors: {
      type: "array",
      items: { type: "object", properties: { field: { type: "string" }, message: { type: "string" } } },
    },
  },
};

function describeOne(name: string, path: string, operation: Operation): Json {
  const content =
    operation.status === 204
      ? {}
      : { content: { "application/json": { schema: schemaOf(operation.reply, "output") } } };
  return {
    operationId: name,
    summary: operation.does,
    tags: [tagOf(path)],
    security: operation.access === "public" ? [] : [{ apiKey: [scopeOf(operation)] }],
    parameters: [...pathParameters(path), ...queryParameters(operation), ...headersOf(operation)],
    ...(operation.body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: schemaOf(operation.body, "input") } },
      },
    }),
    responses: {
      [String(operation.status ?? 200)]: { description: "Done.", ...content },
      ...problemsOf(operation),
    },
  };
}

/** Operations stand together by the first part of their path. */
function tagOf(path: string): string {
  return path.split("/")[2] ?? "api";
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
    ...(name && pathExamples[name] && { example: pathExamples[name] }),
  }));
}

/** What stands in a path for those who try an example; an ellipsis for what only the answer to an earlier call can say. */
const pathExamples: Readonly<Record<string, string>> = {
  contactId: "external:crm-1001",
  addressId: "adr_…",
  messageId: "msg_…",
  templateId: "order-on-its-way",
  version: "1",
  categoryId: "offer",
  senderId: "us-number",
  scope: "category",
  id: "offer",
  keyId: "key_…",
};

function queryParameters({ query }: Operation): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function headersOf({ creates, versioned, at }: Operation): Json[] {
  const header = (name: string, maxLength: number, description: string) => [
    { name, in: "header", description, schema: { type: "string", maxLength } },
  ];
  const isReading = at.startsWith("GET ");
  const once = "Your own key for this request: repeating it with the same key creates nothing new.";
  const unchanged = "The ETag you have read: the change is made only to what is still the same.";
  const news = "The ETag you have read: the answer is 304 while nothing has changed.";
  return [
    ...(creates ? header("Idempotency-Key", 255, once) : []),
    ...(versioned && !isReading ? header("If-Match", 200, unchanged) : []),
    ...(versioned && isReading ? header("If-None-Match", 200, news) : []),
  ];
}

function problemsOf(operation: Operation): Json {
  const always =
    operation.access === "public" ? [] : ["request.invalid", "key.missing", "scope.missing", "rate.exceeded"];
  const codes = new Set<string>([
    ...always,
    ...(operation.body ? ["body.invalid", "payload.too-large"] : []),
    ...(operation.creates === true ? ["idempotency.in-progress"] : []),
    ...(operation.creates ? ["idempotency.mismatch"] : []),
    ...(operation.versioned && !operation.at.startsWith("GET ") ? ["precondition.failed"] : []),
    ...(operation.problems ?? []),
  ]);
  const rows = allProblems().filter(({ code }) => codes.has(code));
  return Object.fromEntries(
    [...new Set(rows.map(({ status }) => status))].map((status) => [
      String(status),
      {
        description: rows
          .filter((row) => row.status === status)
          .map(({ code, title }) => `${code}: ${title}`)
          .join(" "),
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    ]),
  );
}

function schemaOf(schema: z.ZodMiniType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  // Left out by the printer where a part is transformed when it is read: a caller's example is what is written.
  const { examples } = saidOf(schema);
  return { ...rest, ...(Array.isArray(examples) && { examples }) };
}
