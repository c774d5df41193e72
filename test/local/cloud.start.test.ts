import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import {
  aCloud,
  aFunction,
  arnOf,
  clientFor,
  type Resources,
  type TestCloud,
  until,
} from "./cloud.fixture.ts";

const start = Date.UTC(2026, 0, 5, 12, 0, 0);

describe("a start", () => {
  it.each([
    [
      "a type of resource it does not know",
      { Stream: { Type: "AWS::Kinesis::Stream", Properties: {} } },
      /AWS::Kinesis::Stream/,
    ],
    [
      "a property it does not know",
      { Work: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: 5 } } },
      /DelaySeconds/,
    ],
    [
      "a template function it does not know",
      { Work: aFunction("work", { Environment: { Variables: { A: { "Fn::Cidr": [] } } } }) },
      /Fn::Cidr/,
    ],
    [
      "an attribute it does not know",
      {
        Work: aFunction("work", { Environment: { Variables: { A: { "Fn::GetAtt": ["Work", "Version"] } } } }),
      },
      /Version/,
    ],
    ["a route it does not know", anApi("ANY /{proxy+}"), /proxy/],
  ])("is refused with %s", async (_, resources: Resources, name) => {
    await expect(aCloud(resources, { work: "export const handler = async () => {};" })).rejects.toThrow(name);
  });

  it("goes on from where time was, never from before", async () => {
    const test = await aCloud({}, {}, { now: start });
    test.cloud.clock.advance(86_400_000);
    const before = test.cloud.clock.now();
    await test.restart();
    expect(test.cloud.clock.now()).toBeGreaterThanOrEqual(before);
  });

  it("keeps rows and generated secrets", async () => {
    const key = [{ AttributeName: "pk", KeyType: "HASH" }];
    const resources: Resources = {
      Rows: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          KeySchema: key,
          AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
          BillingMode: "PAY_PER_REQUEST",
        },
      },
      Signing: {
        Type: "AWS::SecretsManager::Secret",
        Properties: {
          Name: "signing",
          GenerateSecretString: { GenerateStringKey: "key", SecretStringTemplate: "{}", PasswordLength: 40 },
        },
      },
      Given: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "given", GenerateSecretString: {} } },
    };
    const test = await aCloud(resources, {}, { secrets: { given: "as given" } });
    const secret = async (SecretId: string) =>
      (await new SecretsManagerClient(clientFor(test.cloud)).send(new GetSecretValueCommand({ SecretId })))
        .SecretString;
    const rows = () => new DynamoDBClient(clientFor(test.cloud, "AWS_ENDPOINT_URL_DYNAMODB"));
    await rows().send(new PutItemCommand({ TableName: "Rows", Item: { pk: { S: "a" }, value: { N: "1" } } }));
    const signing = await secret("signing");
    expect(JSON.parse(signing ?? "")).toEqual({ key: expect.stringMatching(/^\w{40}$/) as string });
    await test.restart();
    expect(await secret("arn:aws:secretsmanager:us-east-1:000000000000:secret:signing")).toBe(signing);
    expect(await secret("given")).toBe("as given");
    expect(
      (await rows().send(new GetItemCommand({ TableName: "Rows", Key: { pk: { S: "a" } } }))).Item,
    ).toMatchObject({ value: { N: "1" } });
  });
});

function anApi(RouteKey: string): Resources {
  return {
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "Api", ProtocolType: "HTTP" } },
    Work: aFunction("work"),
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: arnOf("Work"),
        PayloadFormatVersion: "2.0",
      },
    },
    Route: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: { ApiId: { Ref: "Api" }, RouteKey, Target: "integrations/Integration" },
    },
  };
}

function aWorker(properties: Readonly<Record<string, unknown>> = {}): Resources {
  return {
    Queue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 30 } },
    Work: aFunction("work", properties),
    Source: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { EventSourceArn: arnOf("Queue"), FunctionName: { Ref: "Work" }, BatchSize: 1 },
    },
  };
}

async function send({ cloud }: TestCloud, MessageBody: string): Promise<void> {
  const QueueUrl = `${cloud.environment["AWS_ENDPOINT_URL_SQS"]}/000000000000/Queue`;
  await new SQSClient(clientFor(cloud, "AWS_ENDPOINT_URL_SQS")).send(
    new SendMessageCommand({ QueueUrl, MessageBody }),
  );
}

describe("a function", () => {
  it("sees the cloud's time in dates and pauses", async () => {
    const code = `export const handler = async () => {
      const begun = new Date();
      note({ began: begun.getTime(), isDate: begun instanceof Date && new Date(0) instanceof Date, text: typeof Date() });
      await pause(3_600_000);
      note({ ended: Date.now() });
    };`;
    const test = await aCloud(aWorker(), { work: code }, { now: start });
    await send(test, "go");
    const [{ began, isDate, text } = {}] = await until(() => test.notes().length > 0 && test.notes());
    expect({ isDate, text }).toEqual({ isDate: true, text: "string" });
    expect(Math.abs(Number(began) - test.cloud.clock.now())).toBeLessThan(60_000);
    test.cloud.clock.advance(3_600_000);
    const ended = await until(() => test.notes()[1]?.["ended"] as number | undefined);
    expect(ended - Number(began)).toBeGreaterThanOrEqual(3_600_000);
  });

  it("has its own environment and globals", async () => {
    const code = `export const handler = async () => note({ own: process.env.OWN, foreign: process.env.VITEST, region: process.env.AWS_REGION });`;
    const test = await aCloud(aWorker({ Environment: { Variables: { OWN: { Ref: "Queue" } } } }), {
      work: code,
    });
    await send(test, "go");
    const [note] = await until(() => test.notes().length > 0 && test.notes());
    expect(note).toEqual({
      own: `${test.cloud.environment["AWS_ENDPOINT_URL_SQS"]}/000000000000/Queue`,
      region: "us-east-1",
    });
  });

  it("runs new code after a reload, and what ran before ends with its own", async () => {
    const code = (version: string) => `export const handler = async ({ Records }) => {
      note({ begins: Records[0].body });
      await new Promise((resolve) => setTimeout(resolve, 200));
      note({ ends: Records[0].body, version: "${version}" });
    };`;
    const test = await aCloud(aWorker(), { work: code("old") });
    await send(test, "first");
    await until(() => test.notes().length === 1);
    const noting = `import { appendFileSync } from "node:fs"; const note = (line) => appendFileSync(process.env.NOTES, JSON.stringify(line) + "\\n");`;
    writeFileSync(join(test.code, "work.mjs"), noting + code("new"));
    test.cloud.reload();
    await send(test, "second");
    const ends = await until(() => {
      const done = test.notes().filter((note) => "ends" in note);
      return done.length === 2 && done;
    });
    expect(ends.toSorted((a, b) => String(a["ends"]).localeCompare(String(b["ends"])))).toEqual([
      { ends: "first", version: "old" },
      { ends: "second", version: "new" },
    ]);
  });

  it("that hangs is ended at its timeout, and the next event finds a fresh one", async () => {
    const code = `export const handler = async ({ Records }) => { note({ body: Records[0].body }); if (Records[0].body === "hang") for (;;); };`;
    const test = await aCloud(aWorker({ Timeout: 1 }), { work: code });
    await send(test, "hang");
    await until(() => test.notes().length === 1);
    await until(() => test.cloud.isIdle());
    await send(test, "next");
    const next = await until(() => test.notes().find(({ body }) => body === "next"));
    expect(next).toEqual({ body: "next" });
  });
});
