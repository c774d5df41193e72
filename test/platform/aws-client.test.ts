import type { ServerResponse } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  DynamoDBDocumentClient,
  PutCommand as SdkPutCommand,
  QueryCommand as SdkQueryCommand,
} from "@aws-sdk/lib-dynamodb";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { awsClient } from "../../functions/platform/aws-client.ts";
import { authorizationOf } from "../../functions/platform/aws-signature.ts";
import { ifConditionHolds, tables } from "../../functions/platform/aws.store.ts";
import { GetCommand, PutCommand, QueryCommand } from "../../functions/platform/dynamo.store.ts";
import { SendMessageCommand } from "../../functions/platform/sqs.store.ts";
import { type Arrived, type Recorder, startRecorder } from "./aws.fixture.ts";

let aws: Recorder;
beforeEach(async () => {
  aws = await startRecorder();
});
afterEach(() => aws.stop());

/** A name that the SDK loses is not compared. */
const name = fc.string({ minLength: 1 }).filter((one) => one !== "__proto__");
const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.string({ unit: "binary" }),
    fc.maxSafeInteger(),
    fc.double({ min: -1e15, max: 1e15, noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const item = fc.dictionary(name, plain, { maxKeys: 6 });

/** The SDK's clients, pointed at the same server with the same credentials. */
function sdk() {
  const settings = {
    region: "eu-central-1",
    endpoint: aws.environment["AWS_ENDPOINT_URL"] ?? "",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token/+=" },
  };
  const marshallOptions = { removeUndefinedValues: true };
  return {
    documents: DynamoDBDocumentClient.from(new DynamoDBClient(settings), { marshallOptions }),
    scheduler: new SchedulerClient(settings),
  };
}

/** The signature we would have given a request of the SDK. */
function ourSignatureOf({ path, headers, body }: Arrived): string {
  const said = /^\S+ Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/\S+ SignedHeaders=([^,]+),/.exec(
    headers.authorization ?? "",
  );
  const names = (said?.[3] ?? "").split(";");
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  return authorizationOf(
    { method: "POST", path, headers: signed, body },
    { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    { region: said?.[1] ?? "", service: said?.[2] ?? "", at: String(headers["x-amz-date"]) },
  );
}

describe("calls to AWS", () => {
  it("say what the SDK says, and sign as it signs, whatever an item holds", async () => {
    const { documents } = sdk();
    await fc.assert(
      fc.asyncProperty(item, async (Item) => {
        const input = { TableName: "Messages", Item, ConditionExpression: "attribute_not_exists(pk)" };
        await documents.send(new SdkPutCommand(input));
        await tables(aws.environment).send(new PutCommand(input));
        const [theirs, ours] = aws.arrived.splice(0);
        if (!theirs || !ours) throw new Error("Both must have arrived");
        expect(JSON.parse(ours.body)).toEqual(JSON.parse(theirs.body));
        expect(ours.headers["x-amz-target"]).toBe(theirs.headers["x-amz-target"]);
        expect(ours.headers["content-type"]).toBe(theirs.headers["content-type"]);
        expect(ourSignatureOf(theirs)).toBe(theirs.headers.authorization);
        expect(ourSignatureOf(ours)).toBe(ours.headers.authorization);
      }),
      { numRuns: 150 },
    );
  });

  it("lose no name, not even one that means something to JavaScript", async () => {
    const Item: Record<string, unknown> = JSON.parse('{"pk":"con_1","attributes":{"__proto__":"kept"}}');
    await tables(aws.environment).send(new PutCommand({ TableName: "Contacts", Item }));
    const { Item: written } = JSON.parse(aws.arrived.at(-1)?.body ?? "");
    aws.answers.push((response) => response.end(JSON.stringify({ Items: [written], Count: 1 })));
    const { Items } = await tables(aws.environment).send(new QueryCommand({ TableName: "Contacts" }));
    expect(JSON.stringify(Items)).toBe(JSON.stringify([Item]));
  });

  it("sign a path as the SDK does", async () => {
    await sdk().scheduler.send(
      new CreateScheduleCommand({
        Name: "msg_1-17",
        ScheduleExpression: "at(2026-11-23T17:00:00)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: "arn:aws:sqs:eu-central-1:1:q", RoleArn: "arn:aws:iam::1:role/r" },
      }),
    );
    const [theirs] = aws.arrived;
    if (!theirs) throw new Error("It must have arrived");
    expect(theirs.path).toBe("/schedules/msg_1-17");
    expect(ourSignatureOf(theirs)).toBe(theirs.headers.authorization);
  });

  it("read back what was written", async () => {
    await fc.assert(
      fc.asyncProperty(item, async (Item) => {
        await tables(aws.environment).send(new PutCommand({ TableName: "Messages", Item }));
        const written: { readonly Item: unknown } = JSON.parse(aws.arrived.at(-1)?.body ?? "");
        aws.answers.push((response) => response.end(JSON.stringify({ Items: [written.Item], Count: 1 })));
        const { Items } = await tables(aws.environment).send(new QueryCommand({ TableName: "Messages" }));
        aws.answers.push((response) => response.end(JSON.stringify({ Items: [written.Item], Count: 1 })));
        const theirs = await sdk().documents.send(new SdkQueryCommand({ TableName: "Messages" }));
        expect(Items).toEqual(theirs.Items);
      }),
      { numRuns: 50 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, new Date(0), new Set(["a"]), () => 1])(
    "never send what a table could not give back: %s",
    async (value) => {
      await expect(
        tables(aws.environment).send(new PutCommand({ TableName: "Messages", Item: { value } })),
      ).rejects.toThrow("A table cannot keep");
      expect(aws.arrived).toEqual([]);
    },
  );

  it("take the credentials of the moment, because a role's change", async () => {
    const dynamo = tables(aws.environment);
    await dynamo.send(new GetCommand({ TableName: "T", Key: { pk: "1" } }));
    aws.environment["AWS_ACCESS_KEY_ID"] = "NEXT";
    aws.environment["AWS_SESSION_TOKEN"] = "another";
    await dynamo.send(new GetCommand({ TableName: "T", Key: { pk: "1" } }));
    const said = aws.arrived.map(({ headers }) => [
      headers.authorization?.slice(0, 40),
      headers["x-amz-security-token"],
    ]);
    expect(said).toEqual([
      [expect.stringContaining("Credential=AKIDEXAMPLE"), "token/+="],
      [expect.stringContaining("Credential=NEXT/"), "another"],
    ]);
  });

  it("say what they come from, so that Lambda can stop a loop", async () => {
    aws.environment["_X_AMZN_TRACE_ID"] = "Root=1-5e1b4151;Lineage=a:1";
    await awsClient({ environment: aws.environment }).send(
      new SendMessageCommand({ QueueUrl: "q", MessageBody: "{}" }),
    );
    expect(aws.arrived[0]?.headers["x-amzn-trace-id"]).toBe("Root=1-5e1b4151;Lineage=a:1");
  });

  it("go to the service's own place when one is named", async () => {
    const other = await startRecorder();
    const environment = {
      ...aws.environment,
      AWS_ENDPOINT_URL_SQS: other.environment["AWS_ENDPOINT_URL"] ?? "",
    };
    await awsClient({ environment }).send(new SendMessageCommand({ QueueUrl: "q", MessageBody: "{}" }));
    await other.stop();
    expect([aws.arrived.length, other.arrived.length]).toEqual([0, 1]);
  });
});

describe("a call that fails", () => {
  const refusing = (status: number, name: string) => (response: ServerResponse) => {
    response.writeHead(status).end(JSON.stringify({ __type: `com.amazonaws#${name}`, message: "no" }));
  };
  const dropping = (response: ServerResponse) => void response.destroy();
  const put = new PutCommand({ TableName: "T", Item: { pk: "1" } });

  it.each([
    ["the service is too busy", refusing(400, "ThrottlingException")],
    ["the service is broken", refusing(500, "InternalServerError")],
    ["a proxy answers for it", (response: ServerResponse) => void response.writeHead(503).end("<html>")],
    ["the connection breaks", dropping],
  ])("is made again when %s", async (_, failing) => {
    aws.answers.push(failing, failing);
    await tables(aws.environment).send(put);
    expect(aws.arrived).toHaveLength(3);
  });

  it("is made no more than its number of attempts, and then says why", async () => {
    aws.answers.push(...Array.from({ length: 9 }, () => refusing(400, "ThrottlingException")));
    await expect(awsClient({ attempts: 3, environment: aws.environment }).send(put)).rejects.toMatchObject({
      name: "ThrottlingException",
      message: "no",
      status: 400,
    });
    expect(aws.arrived).toHaveLength(3);
  });

  it("is an answer when its condition did not hold: asked once, told as false", async () => {
    aws.answers.push(refusing(400, "ConditionalCheckFailedException"));
    expect(await ifConditionHolds(tables(aws.environment).send(put))).toBe(false);
    expect(aws.arrived).toHaveLength(1);
  });

  it("has the name that stands in the header, where a service puts it there", async () => {
    aws.answers.push((response) => {
      response
        .writeHead(409, { "x-amzn-errortype": "ConflictException:http://internal.amazon.com/" })
        .end("{}");
    });
    await expect(tables(aws.environment).send(put)).rejects.toMatchObject({ name: "ConflictException" });
  });

  it("is not even tried without credentials", async () => {
    const { AWS_SECRET_ACCESS_KEY: _none, ...environment } = aws.environment;
    await expect(awsClient({ environment }).send(put)).rejects.toThrow("no AWS credentials");
    expect(aws.arrived).toEqual([]);
  });
});
