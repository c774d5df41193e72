import middy from "@middy/core";
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from "aws-lambda";
import type * as z from "zod/mini";
import { answerOnce, type Making, type Once } from "./once.ts";
import { defaultRequestsPerMinute } from "./api-key.ts";
import { etagOf, names } from "./etag.ts";
import type { Admission } from "./key-limit.ts";
import { log } from "./log.ts";
import { documentOf, fieldsOf, Problem } from "./problem.ts";
import type { Operation, Operations } from "./routes.ts";
import { allows, scopeOf } from "./scope.ts";

/** What the authorizer tells us about the caller. */
export interface Caller {
  readonly keyId: string;
  readonly scopes: readonly string[];
  /** Requests a minute. */
  readonly limit: number;
}

interface Found {
  readonly name: string;
  readonly row: Operation;
}

type Parsed<S> = S extends z.ZodMiniType ? z.infer<S> : undefined;

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

/** The authorizer's context: API Gateway carries words, no lists. */
type Told = { readonly keyId?: string; readonly scopes?: string; readonly limit?: string } | null;
type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<Told>;
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
  const answerTo = async (event: Event, found: Found): Promise<Answer> => {
    const { row, name } = found;
    const body = bodyOf(event);
    // The row and its handler come from the same name, which the compiler cannot follow through a map.
    const handle = handlers[name] as (call: Call<Operation>) => Promise<unknown>;
    const call = parsed(row, event, body);
    const asked = { operation: row, event: keyAndCaller(event), path: event.rawPath, body };
    return answerOnce(once, asked, async (making) =>
      reply(row, await handle({ ...call, ...making }).catch(namingParameter(call.params)), event),
    );
  };
  const handler = async (event: Event): Promise<Answer> => {
    const found = byRoute.get(event.routeKey);
    if (!found) throw new Problem("route.not-found");
    if (found.row.access === "public") return answerTo(event, found);
    const caller = callerOf(event);
    assertAllowed(caller, found.row);
    const admission = await once.admit?.(caller);
    if (!admission) return answerTo(event, found);
    const answer = await (
      admission.isAdmitted ? answerTo(event, found) : Promise.reject(new Problem("rate.exceeded"))
    ).catch(problemAnswer);
    return { ...answer, headers: { ...answer.headers, ...limitHeaders(admission) } };
  };
  return middy<Event, Answer>()
    .onError((request) => {
      request.response = problemAnswer(request.error);
    })
    .handler(handler);
}

function assertAllowed({ scopes }: Caller, row: Operation): void {
  const scope = scopeOf(row);
  if (!allows(scopes, scope))
    throw new Problem("scope.missing", [{ field: "Authorization", message: `the key lacks ${scope}` }]);
}

/** What a path names and is not there is named by its parameter: `contact.not-found` by contactId. */
function namingParameter(params: Call<Operation>["params"]) {
  return (error: unknown): never => {
    if (!(error instanceof Problem) || error.errors.length > 0 || documentOf(error).status !== 404)
      throw error;
    const named = `${error.code.split(".")[0]}Id`;
    const field = params[named] === undefined ? Object.keys(params).at(-1) : named;
    throw field === undefined ? error : new Problem(error.code, [{ field, message: "is not known" }]);
  };
}

/** As the IETF's draft on RateLimit header fields has them. */
function limitHeaders({ isAdmitted, limit, remaining, resetSeconds }: Admission): Record<string, string> {
  return {
    "ratelimit-policy": `"key";q=${limit};w=60`,
    ratelimit: `"key";r=${remaining};t=${resetSeconds}`,
    ...(!isAdmitted && { "retry-after": String(resetSeconds) }),
  };
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

function valid<S extends z.ZodMiniType>(
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
  const { keyId = "public", scopes = "", limit = "" } = event.requestContext.authorizer?.lambda ?? {};
  return { keyId, scopes: scopes.split(" "), limit: Number(limit) || defaultRequestsPerMinute };
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
