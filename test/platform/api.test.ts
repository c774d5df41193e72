import type { APIGatewayProxyEventV2WithLambdaAuthorizer, Context } from "aws-lambda";
import * as z from "zod/mini";
import { describe, expect, it, vi } from "vitest";
import { onRoutes } from "../../functions/platform/api.ts";
import { sortableIds } from "../../functions/platform/ids.ts";
import { allProblems, documentOf, Problem } from "../../functions/platform/problem.ts";
import type { Operations } from "../../functions/platform/routes.ts";
import { noon } from "../make.ts";

const routes = {
  echo: {
    at: "POST /echo/{id}",
    does: "Answers what it heard.",
    body: z.strictObject({ text: z.string() }),
    reply: z.unknown(),
    status: 201,
  },
  fail: { at: "POST /fail", does: "Fails.", reply: z.unknown() },
  gone: { at: "DELETE /echo/{id}", does: "Answers nothing.", reply: z.undefined(), status: 204 },
} as const satisfies Operations;

const handler = onRoutes(
  routes,
  {
    echo: async ({ params, body, caller: { keyId } }) => ({ ...params, ...body, keyId }),
    fail: () => Promise.reject(new Error("the text +12125550123 is secret")),
    gone: async () => undefined,
  },
  {
    store: { find: async () => undefined, claim: async () => true, finish: async () => undefined },
    clock: { now: () => noon, sleepUntil: async () => undefined },
    ids: sortableIds,
  },
);
type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<{ keyId: string; scopes: string }>;
const ask = (routeKey: string, body?: string, isBase64Encoded = false) => {
  const requestContext = { authorizer: { lambda: { keyId: "key_1", scopes: "*" } } };
  const event = {
    routeKey,
    rawPath: "/",
    headers: {},
    pathParameters: { id: "7" },
    requestContext,
    body,
    isBase64Encoded,
  };
  return handler(event as unknown as Event, { getRemainingTimeInMillis: () => 1000 } as Context);
};

describe("an operation", () => {
  it("gets its input parsed and says who called", async () => {
    const answer = await ask("POST /echo/{id}", '{"text":"é"}');
    expect(answer).toMatchObject({
      statusCode: 201,
      body: JSON.stringify({ id: "7", text: "é", keyId: "key_1" }),
    });
  });

  it("reads a body that API Gateway sends as base64", async () => {
    const body = Buffer.from('{"text":"é"}').toString("base64");
    expect(await ask("POST /echo/{id}", body, true)).toMatchObject({ statusCode: 201 });
  });

  it("may answer nothing", async () => {
    expect(await ask("DELETE /echo/{id}")).toEqual({ statusCode: 204 });
  });

  it("that nobody wrote is a problem", async () => {
    expect(await ask("GET /other")).toMatchObject({
      statusCode: 404,
      headers: { "content-type": "application/problem+json" },
    });
  });

  it("answers a failure of ours without telling its words to the caller or the log", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const answer = await ask("POST /fail", "{}");
    expect(answer.statusCode).toBe(500);
    expect(JSON.stringify([answer, log.mock.calls])).not.toContain("secret");
    expect(JSON.stringify(log.mock.calls)).toContain("request-failed");
    log.mockRestore();
  });
});

describe("a problem", () => {
  it.each(allProblems())("$code tells what is wrong and what to do", ({ code, status }) => {
    const document = documentOf(new Problem(code, [{ field: "a.b", message: "is wrong" }]));
    expect(document.status).toBe(status);
    expect(document.body).toMatchObject({
      type: `/problems/${code}`,
      status,
      code,
      errors: [{ field: "a.b" }],
    });
    expect(document.body.detail).toMatch(/[.]$/);
  });
});
