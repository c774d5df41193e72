import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerWith, bytesOf } from "./http-body.ts";
import type { Outcome } from "./lambda.ts";

/** Largest body the HTTP API takes. */
const bodyLimitBytes = 10 * 1024 * 1024;

/** The body of a request; undefined when it is larger than the API takes. */
export function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  return bytesOf(request, bodyLimitBytes);
}

/** A request in payload format 2.0, as the HTTP API and function URLs hand it to a function. */
export type HttpEvent = ReturnType<typeof eventFor>;

/** A request as a function gets it. */
export function eventFor(
  request: IncomingMessage,
  routeKey: string,
  rawPath: string,
  rawQueryString: string,
  parameters: Record<string, string> | undefined,
  body: Buffer,
  now: number,
) {
  const headers: Record<string, string> = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  headers["x-forwarded-proto"] = "http";
  const isText = /^(text\/|application\/(json|javascript|xml|.*\+(json|xml)))/.test(
    headers["content-type"] ?? "text/",
  );
  const all = new URLSearchParams(rawQueryString);
  const query = Object.fromEntries([...all.keys()].map((name) => [name, all.getAll(name).join(",")]));
  const decoded =
    parameters &&
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decode(value)]));
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString,
    headers,
    ...(rawQueryString && { queryStringParameters: query }),
    ...(decoded && { pathParameters: decoded }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: headers["host"] ?? "localhost",
      http: {
        method: request.method ?? "GET",
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: isText ? body.toString("utf8") : body.toString("base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Answers with what a function returned. */
export function respond(response: ServerResponse, outcome: Outcome): void {
  if (outcome.is === "throttled") return reply(response, 503, { message: "Service Unavailable" });
  if (outcome.is === "error") return reply(response, 500, { message: "Internal Server Error" });
  const answer = (outcome.value ?? {}) as {
    statusCode?: number;
    headers?: Record<string, string>;
    body?: string;
    isBase64Encoded?: boolean;
  };
  const body = answer.isBase64Encoded ? Buffer.from(answer.body ?? "", "base64") : (answer.body ?? "");
  answerWith(response, answer.statusCode ?? 200, answer.headers ?? {}, body);
}

/** Answers as the door itself does. */
export function reply(response: ServerResponse, status: number, body: unknown): void {
  answerWith(response, status, { "content-type": "application/json" }, JSON.stringify(body));
}
