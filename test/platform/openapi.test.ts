import { gunzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { operations as rows } from "../../functions/platform/all.routes.ts";
import { handler } from "../../functions/platform/openapi.api.ts";
import type { Operation } from "../../functions/platform/routes.ts";
import { scopeOf } from "../../functions/platform/scope.ts";

const operations: readonly (readonly [string, Operation])[] = Object.entries(rows);
// oxlint-disable-next-line typescript/no-explicit-any -- a document read by its paths
let description: any;
beforeAll(async () => {
  const answer = await handler(
    {} as APIGatewayProxyEventV2,
    { getRemainingTimeInMillis: () => 1000 } as Context,
  );
  description = JSON.parse(typeof answer === "object" ? (answer.body ?? "") : answer);
});
const described = ({ at }: Operation) => {
  const [method = "", path = ""] = at.split(" ");
  return description.paths[path]?.[method.toLowerCase()];
};

describe("the description of the API", () => {
  it.each([
    ["gzip, deflate, br", "gzip"],
    ["br;q=1.0, gzip;q=0.8", "gzip"],
    ["br, gzip;q=0", undefined],
    ["identity", undefined],
    [undefined, undefined],
  ])("comes packed for whoever can unpack it: %s", async (asked, encoding) => {
    const event = { headers: asked === undefined ? {} : { "accept-encoding": asked } };
    const answer = await handler(
      event as APIGatewayProxyEventV2,
      { getRemainingTimeInMillis: () => 1000 } as Context,
    );
    if (typeof answer !== "object") throw new Error("it is no answer");
    const { headers = {}, body = "", isBase64Encoded } = answer;
    expect([headers["content-encoding"], headers["vary"]]).toEqual([encoding, "accept-encoding"]);
    const text = isBase64Encoded ? gunzipSync(Buffer.from(body, "base64")).toString() : body;
    expect(JSON.parse(text)).toEqual(description);
  });

  it("is OpenAPI 3.1 and has every operation once", () => {
    expect(description.openapi).toBe("3.1.0");
    const all = Object.values<object>(description.paths).flatMap((path) =>
      Object.values<{ operationId: string }>(path as never),
    );
    expect(all.map(({ operationId }) => operationId).sort()).toEqual(operations.map(([name]) => name).sort());
  });

  it.each(operations)("%s has its words, parameters, bodies and problems", (_name, operation) => {
    const found = described(operation);
    expect(found.summary).toBe(operation.does);
    const inPath = [...operation.at.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters: { name: string; in: string; required?: boolean }[] = found.parameters;
    expect(parameters.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(inPath);
    expect(parameters.some(({ name }) => name === "Idempotency-Key")).toBe(operation.creates !== undefined);
    expect(found.requestBody === undefined).toBe(operation.body === undefined);
    expect(Object.keys(found.responses)).toContain(String(operation.status ?? 200));
    for (const code of operation.problems ?? [])
      expect(JSON.stringify(found.responses)).toContain(`${code}:`);
    expect(found.security).toEqual(operation.access === "public" ? [] : [{ apiKey: [scopeOf(operation)] }]);
  });

  it.each(operations)("%s gives examples that the API would take", (_name, operation) => {
    const body = described(operation).requestBody?.content["application/json"];
    const examples: unknown[] = body?.schema.examples ?? [];
    expect(examples.filter((example) => !operation.body?.safeParse(example).success)).toEqual([]);
  });

  it.each(operations)("%s takes a cursor exactly if it answers with the next one", (_name, operation) => {
    const asked = [operation.query, operation.body].flatMap((schema) => fieldsOf(schema));
    const answered = fieldsOf(operation.reply);
    expect(answered.includes("nextCursor")).toBe(asked.includes("cursor"));
    expect(answered.filter((field) => /^(next|after|cursor|nextPage|nextToken)$/.test(field))).toEqual([]);
  });

  it("points only at what is there", () => {
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path = ""]) => path,
    );
    const isThere = (path: string) =>
      path.split("/").reduce((at, name) => at?.[name], description) !== undefined;
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((path) => !isThere(path))).toEqual([]);
  });

  it.each(operations.filter(([, { body, creates }]) => body && creates))(
    "%s refuses bodies with unknown fields",
    (_name, operation) => {
      const { schema } = described(operation).requestBody.content["application/json"];
      const shapes: { additionalProperties?: boolean }[] = schema.oneOf ?? [schema];
      expect(shapes.filter(({ additionalProperties }) => additionalProperties !== false)).toEqual([]);
    },
  );
});

function fieldsOf(schema: z.ZodMiniType | undefined): string[] {
  if (!schema) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.keys(properties);
}
