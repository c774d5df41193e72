import { describe, expect, it } from "vitest";
import { aCloud, aFunction, arnOf, type Resources, type TestCloud, until } from "./cloud.fixture.ts";

function aRoute(RouteKey: string, more: object = {}): Resources[string] {
  const Target = { "Fn::Join": ["", ["integrations/", { Ref: "Integration" }]] };
  return {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: { ApiId: { Ref: "Api" }, RouteKey, Target, AuthorizationType: "NONE", ...more },
  };
}

const api: Resources = {
  Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "Api", ProtocolType: "HTTP" } },
  Echo: aFunction("echo"),
  Keys: aFunction("keys"),
  Integration: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: "Api" },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: arnOf("Echo"),
      PayloadFormatVersion: "2.0",
    },
  },
  Authorizer: {
    Type: "AWS::ApiGatewayV2::Authorizer",
    Properties: {
      ApiId: { Ref: "Api" },
      Name: "Keys",
      AuthorizerType: "REQUEST",
      AuthorizerPayloadFormatVersion: "2.0",
      AuthorizerResultTtlInSeconds: 60,
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.Authorization"],
      AuthorizerUri: {
        "Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Keys.Arn}/invocations",
      },
    },
  },
  Open: aRoute("POST /open/{name}"),
  Exact: aRoute("POST /open/exact"),
  Closed: aRoute("GET /closed", { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Authorizer" } }),
};
const echo = `export const handler = async (event) => {
  if (event.body === "throw") throw new Error("no");
  if (event.body === "exit") process.exit(1);
  return { statusCode: 201, headers: { "content-type": "application/json", "x-own": "yes" }, body: JSON.stringify(event) };
};`;
const keys = `export const handler = async ({ headers, identitySource }) => {
  note({ identitySource });
  if (headers.authorization === "broken") throw new Error("no");
  return { isAuthorized: headers.authorization === "right", context: { keyId: "key_1" } };
};`;

async function anApi(): Promise<
  TestCloud & {
    call: (
      method: string,
      path: string,
      init?: RequestInit,
    ) => Promise<{ status: number; event: Record<string, unknown>; response: Response }>;
  }
> {
  const test = await aCloud(api, { echo, keys });
  return {
    ...test,
    cloud: test.cloud,
    call: async (method, path, init = {}) => {
      const response = await fetch(`${test.cloud.url}${path}`, { ...init, method });
      return { status: response.status, event: (await response.json()) as Record<string, unknown>, response };
    },
  };
}

describe("the HTTP API", () => {
  it("hands a request to the function as payload 2.0 and its answer back", async () => {
    const { call } = await anApi();
    const { status, event, response } = await call("POST", "/open/a%20b?x=1&x=2&y=3", {
      body: `{"a":1}`,
      headers: { "Content-Type": "application/json", "X-Mixed": "Case" },
    });
    expect(status).toBe(201);
    expect(response.headers.get("x-own")).toBe("yes");
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "POST /open/{name}",
      rawPath: "/open/a%20b",
      rawQueryString: "x=1&x=2&y=3",
      queryStringParameters: { x: "1,2", y: "3" },
      pathParameters: { name: "a b" },
      headers: { "x-mixed": "Case" },
      body: `{"a":1}`,
      isBase64Encoded: false,
      requestContext: { http: { method: "POST", path: "/open/a%20b" }, stage: "$default" },
    });
  });

  it("encodes a body that is no text or JSON, as API Gateway does with forms", async () => {
    const { call } = await anApi();
    const { event } = await call("POST", "/open/form", {
      body: "a=1&b=2",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(event).toMatchObject({ isBase64Encoded: true, body: Buffer.from("a=1&b=2").toString("base64") });
  });

  it("prefers an exact path to one with a parameter", async () => {
    const { call } = await anApi();
    expect((await call("POST", "/open/exact")).event["routeKey"]).toBe("POST /open/exact");
  });

  it("answers 404 where there is no route and 413 when the body is too large", async () => {
    const { call } = await anApi();
    expect(await call("GET", "/nowhere")).toMatchObject({ status: 404, event: { message: "Not Found" } });
    expect((await call("POST", "/open/big", { body: "x".repeat(11 * 1024 * 1024) })).status).toBe(413);
  });

  it("answers 500 when the function fails, and runs it afresh after a crash", async () => {
    const { call } = await anApi();
    expect(await call("POST", "/open/x", { body: "throw" })).toMatchObject({
      status: 500,
      event: { message: "Internal Server Error" },
    });
    expect((await call("POST", "/open/x", { body: "exit" })).status).toBe(500);
    expect((await call("POST", "/open/x", { body: "well" })).status).toBe(201);
  });
});

describe("an address of a function's own", () => {
  const resources: Resources = {
    Echo: aFunction("echo"),
    Address: {
      Type: "AWS::Lambda::Url",
      Properties: { AuthType: "NONE", TargetFunctionArn: { "Fn::GetAtt": ["Echo", "Arn"] } },
    },
  };
  const outputs = { Address: { Value: { "Fn::GetAtt": ["Address", "FunctionUrl"] } } };

  it("hands every path to the function and says where it was reached, and is the same after a restart", async () => {
    const test = await aCloud(resources, { echo }, {}, outputs);
    const url = test.cloud.outputs["Address"] ?? "";
    for (let starts = 1; starts <= 2; starts += 1) {
      const response = await fetch(`${url}a/b?x=1`, { method: "POST", body: "{}" });
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({
        routeKey: "$default",
        rawPath: "/a/b",
        rawQueryString: "x=1",
        headers: { "x-forwarded-proto": "http" },
        requestContext: { domainName: new URL(url).host, http: { method: "POST" } },
      });
      await test.restart();
    }
  });

  it("costs no request of the API", async () => {
    const { cloud } = await aCloud(resources, { echo }, {}, outputs);
    await (await fetch(cloud.outputs["Address"] ?? "")).text();
    const { total } = cloud.meter.reading();
    expect(total["lambda.requests"]).toBe(1);
    expect(total["api.requests"]).toBeUndefined();
    expect(total["lambda.bytesOut"]).toBeGreaterThan(0);
  });
});

describe("an authorizer", () => {
  it("keeps out who shows no key or a wrong one", async () => {
    const { call, notes } = await anApi();
    expect((await call("GET", "/closed")).status).toBe(401);
    expect(notes()).toHaveLength(0);
    expect((await call("GET", "/closed", { headers: { authorization: "wrong" } })).status).toBe(403);
    expect((await call("GET", "/closed", { headers: { authorization: "broken" } })).status).toBe(500);
  });

  it("tells the function who asks, and is not asked again while its answer holds", async () => {
    const { cloud, call, notes } = await anApi();
    const ask = () => call("GET", "/closed", { headers: { authorization: "right" } });
    expect((await ask()).event["requestContext"]).toMatchObject({
      authorizer: { lambda: { keyId: "key_1" } },
    });
    await ask();
    expect(notes()).toEqual([{ identitySource: ["right"] }]);
    cloud.clock.advance(61_000);
    await ask();
    await until(() => notes().length === 2);
  });
});
