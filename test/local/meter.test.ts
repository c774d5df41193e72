import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { Cloud } from "../../local/cloud.ts";
import { accessKeyOf } from "../../local/meter.ts";
import { aCloud, clientFor, type Resources } from "./cloud.fixture.ts";

const template: Resources = {
  ThingsTable01AB23CD: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: ["pk", "sk", "due"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      BillingMode: "PAY_PER_REQUEST",
      GlobalSecondaryIndexes: [
        {
          IndexName: "byDue",
          KeySchema: [{ AttributeName: "due", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    },
  },
  Work: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 30 } },
};
const TableName = "ThingsTable01AB23CD";
const Key = { pk: { S: "thing_1" }, sk: { S: "row" } };

async function metered(): Promise<{ cloud: Cloud; tables: DynamoDBClient; queue: SQSClient }> {
  const { cloud } = await aCloud(template, {});
  const credentials = { accessKeyId: accessKeyOf("things/keep-api.handler"), secretAccessKey: "local" };
  const tables = new DynamoDBClient({ ...clientFor(cloud, "AWS_ENDPOINT_URL_DYNAMODB"), credentials });
  const queue = new SQSClient({ ...clientFor(cloud, "AWS_ENDPOINT_URL_SQS"), credentials });
  return { cloud, tables, queue };
}

describe("the meter", () => {
  it("counts writes with their indexes, refused ones too, for the function whose key signed them", async () => {
    const { cloud, tables } = await metered();
    const Item = { ...Key, due: { S: "today" }, text: { S: "x".repeat(1500) } };
    await tables.send(new PutItemCommand({ TableName, Item }));
    await tables.send(new PutItemCommand({ TableName, Item: { ...Item, due: { S: "tomorrow" } } }));
    const refused = new PutItemCommand({
      TableName,
      Item: Key,
      ConditionExpression: "attribute_not_exists(pk)",
    });
    await expect(tables.send(refused)).rejects.toThrow("conditional");
    const { counts, details } = cloud.meter.reading().paths["things/keep-api"] ?? {};
    expect(counts).toMatchObject({
      "dynamodb.writes": 2,
      "dynamodb.refusedWrites": 1,
      "dynamodb.writeUnits": 9,
    });
    expect(details?.["dynamodb.writeUnits"]).toEqual({ "Things thing row": 6, "Things/byDue thing row": 3 });
  });

  it("counts updates and deletes by the larger item", async () => {
    const { cloud, tables } = await metered();
    await tables.send(new PutItemCommand({ TableName, Item: { ...Key, text: { S: "x".repeat(2500) } } }));
    cloud.meter.reset();
    const shorter = { UpdateExpression: "SET #text = :text", ExpressionAttributeNames: { "#text": "text" } };
    await tables.send(
      new UpdateItemCommand({
        TableName,
        Key,
        ...shorter,
        ExpressionAttributeValues: { ":text": { S: "x" } },
      }),
    );
    expect(cloud.meter.reading().total["dynamodb.writeUnits"], "it was larger before").toBe(3);
    const { Attributes } = await tables.send(
      new DeleteItemCommand({ TableName, Key, ReturnValues: "ALL_OLD" }),
    );
    expect(Attributes?.["text"], "what the caller asked for still comes").toEqual({ S: "x" });
    expect(cloud.meter.reading().total["dynamodb.writeUnits"]).toBe(4);
    const { Attributes: unasked } = await tables.send(new DeleteItemCommand({ TableName, Key }));
    expect(unasked).toBeUndefined();
  });

  it("tells writers of one item apart who come at the same moment", async () => {
    const { cloud, tables } = await metered();
    await tables.send(new PutItemCommand({ TableName, Item: { ...Key, due: { S: "0" } } }));
    cloud.meter.reset();
    const moves = Array.from({ length: 20 }, () =>
      tables.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "SET due = :due",
          ExpressionAttributeValues: { ":due": { S: "1" } },
        }),
      ),
    );
    await Promise.all(moves);
    // One unit each for the item; only the first one moves its entry in the index, out and in.
    expect(cloud.meter.reading().total["dynamodb.writeUnits"]).toBe(20 + 2);
  });

  it("counts reads, also of nothing", async () => {
    const { cloud, tables } = await metered();
    const units = () => cloud.meter.reading().total["dynamodb.readUnits"];
    await tables.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    expect(units()).toBe(1);
    await tables.send(new GetItemCommand({ TableName, Key }));
    expect(units()).toBe(1.5);
    const due = {
      KeyConditionExpression: "due = :due",
      ExpressionAttributeValues: { ":due": { S: "today" } },
    };
    const { ConsumedCapacity } = await tables.send(
      new QueryCommand({ TableName, IndexName: "byDue", ...due }),
    );
    expect(units()).toBe(2);
    expect(ConsumedCapacity, "nobody asked for it").toBeUndefined();
  });

  it("counts each item of a batch by itself", async () => {
    const { cloud, tables } = await metered();
    const long = { ...Key, text: { S: "x".repeat(1500) } };
    const other = { ...Key, sk: { S: "other" } };
    const puts = [long, other].map((Item) => ({ PutRequest: { Item } }));
    await tables.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
    const Keys = [Key, other, { ...Key, sk: { S: "missing" } }];
    await tables.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(cloud.meter.reading().total).toMatchObject({
      "dynamodb.writeUnits": 3,
      "dynamodb.readUnits": 1.5,
    });
  });

  it("counts a batch as one request, and an empty receive by itself", async () => {
    const { cloud, queue } = await metered();
    const QueueUrl = `${cloud.environment["AWS_ENDPOINT_URL_SQS"]}/000000000000/Work`;
    const Entries = ["1", "2", "3"].map((Id) => ({ Id, MessageBody: Id }));
    await queue.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const { Messages = [] } = await queue.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    const handles = Messages.map(({ ReceiptHandle }, Id) => ({ Id: String(Id), ReceiptHandle }));
    await queue.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
    await queue.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(cloud.meter.reading().total).toEqual({
      "sqs.standard.sends": 1,
      "sqs.sentMessages": 3,
      "sqs.standard.receives": 1,
      "sqs.receivedMessages": 3,
      "sqs.standard.deletes": 1,
      "sqs.deletedMessages": 3,
      "sqs.standard.emptyReceives": 1,
    });
  });

  it("is read and set back at the door", async () => {
    const { cloud, tables } = await metered();
    await tables.send(new GetItemCommand({ TableName, Key }));
    const before = await (await fetch(`${cloud.url}/_local/meter`)).json();
    expect(before).toMatchObject({ total: { "dynamodb.reads": 1 }, paths: { "things/keep-api": {} } });
    const after = await (await fetch(`${cloud.url}/_local/meter/reset`, { method: "POST" })).json();
    expect(after).toMatchObject({ total: {}, paths: {} });
  });
});
