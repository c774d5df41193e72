import middy from "@middy/core";
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from "aws-lambda";
import type * as z from "zod";
import { answerOnce, type Making, type Once } from "./once.ts";
import { etagOf, names } from "./etag.ts";
import { log } from "./log.ts";
import { documentOf, fieldsOf, Problem } from "./problem.ts";
import type { Operation, Operations } from "./routes.ts";

/** What the authorizer tells us about the caller. */
export interface Caller {
  readonly keyId: string;
}

type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

/** One call of an operation, parsed. */
export interface Call<O extends Operation> extends Making {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Parsed<O["query"]>;
  readonly body: Parsed<O["body"]>;
  readonly caller: Caller;
  /** The states the caller wants to change, as the If-Match header names them. */
  readonly ifMatch: string | undefined;
}

/** One function per operation; what it returns is the reply body. */
export type Handlers<R extends Operations> = {
  readonly [K in keyof R]: (call: Call<R[K]>) => Promise<z.infer<R[K]["reply"]>>;
};

type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<Partial<Caller> | null>;
type Answer = APIGatewayProxyStructuredResultV2;

/** Largest request we read; the HTTP API itself allows 10 MB. */
const bodyLimitBytes = 256 * 1024;
/** Longest id in a path; tables refuse keys of more than 2 KB. */
const idLimit = 200;

/** A handler for all operations of a capability: finds the row, parses the input, answers problems as RFC 9457. */
export function onRoutes<R extends Operations>(
  routes: R,
  handlers: Handlers<R>,
  once: Once,
): middy.MiddyfiedHandler<Event, Answer> {
  const byRoute = new Map(Object.entries(routes).map(([name, row]) => [row.at as string, { name, row }]));
  const handler = async (event: Event): Promise<Answer> => {
    const found = byRoute.get(event.routeKey);
    if (!found) throw new Problem("route.not-found");
    const body = bodyOf(event);
    // The row and its handler come from the same name, which the compiler cannot follow through a map.
    const handle = handlers[found.name] as (call: Call<Operation>) => Promise<unknown>;
    const call = parsed(found.row, event, body);
    return answerOnce(
      once,
      { operation: found.row, event: keyAndCaller(event), path: event.rawPath, body },
      async (making) => reply(found.row, await handle({ ...call, ...making }), event),
    );
  };
  return middy<Event, Answer>()
    .onError((request) => {
      request.response = problemAnswer(request.error);
    })
    .handler(handler);
}

/** The answer to an error: a problem the caller can fix as it is, anything else as 500 with a line in the log. */
export function problemAnswer(error: unknown): Answer {
  if (!(error instanceof Problem)) log.error("request-failed", error);
  const problem = error instanceof Problem ? error : new Problem("server.failed");
  const { status, body } = documentOf(problem);
  return {
    statusCode: status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify(body),
  };
}

/** The raw body as text; API Gateway sends what is not text as base64. */
export function bodyOf(event: {
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}): string {
  const text = event.body ?? "";
  const body = event.isBase64Encoded ? Buffer.from(text, "base64").toString("utf8") : text;
  if (Buffer.byteLength(body) > bodyLimitBytes) throw new Problem("payload.too-large");
  return body;
}

function parsed(row: Operation, event: Event, body: string): Omit<Call<Operation>, keyof Making> {
  return {
    params: paramsOf(event),
    query: row.query ? valid(row.query, event.queryStringParameters ?? {}, "request.invalid") : undefined,
    body: row.body ? valid(row.body, jsonOf(body), "body.invalid") : undefined,
    caller: callerOf(event),
    ifMatch: event.headers["if-match"],
  };
}

function paramsOf({ pathParameters }: Event): Readonly<Record<string, string>> {
  const params = Object.entries(pathParameters ?? {}).map(([name, value]) => [name, value ?? ""] as const);
  const tooLong = params.find(([, value]) => value.length > idLimit);
  if (tooLong)
    throw new Problem("request.invalid", [
      { field: tooLong[0], message: `has more than ${idLimit} characters` },
    ]);
  return Object.fromEntries(params);
}

function valid<S extends z.ZodType>(
  schema: S,
  input: unknown,
  code: "body.invalid" | "request.invalid",
): z.infer<S> {
  const result = schema.safeParse(input);
  if (!result.success) throw new Problem(code, fieldsOf(result.error));
  return result.data;
}

/** The body as JSON, or the problem that it is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem("body.invalid", [{ field: "(body)", message: "is not JSON" }]);
  }
}

function callerOf(event: Event): Caller {
  return { keyId: event.requestContext.authorizer?.lambda?.keyId ?? "public" };
}

function keyAndCaller(event: Event): { readonly key: string | undefined; readonly callerId: string } {
  return { key: event.headers["idempotency-key"], callerId: callerOf(event).keyId };
}

function reply(row: Operation, body: unknown, event: Event): Answer {
  const statusCode = row.status ?? 200;
  if (statusCode === 204) return { statusCode };
  const json = { "content-type": "application/json" };
  if (!row.versioned) return { statusCode, headers: json, body: JSON.stringify(body) };
  const etag = etagOf(body);
  const known = event.headers["if-none-match"];
  const isKnown = row.at.startsWith("GET ") && known !== undefined && names(known, etag);
  if (isKnown) return { statusCode: 304, headers: { etag } };
  return { statusCode, headers: { ...json, etag }, body: JSON.stringify(body) };
}
