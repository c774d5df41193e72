import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand as SdkPutEvents } from "@aws-sdk/client-eventbridge";
import { SendMessageCommand as SdkSendMessage, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, GetCommand as SdkGet, PutCommand as SdkPut } from "@aws-sdk/lib-dynamodb";
import { tables } from "../../functions/platform/aws.store.ts";
import { awsClient } from "../../functions/platform/aws-client.ts";
import { busPublisher } from "../../functions/platform/bus.store.ts";
import { GetCommand, PutCommand } from "../../functions/platform/dynamo.store.ts";
import { SendMessageCommand } from "../../functions/platform/sqs.store.ts";
import { aMessage } from "../../test/make.ts";
import { type Finding, short } from "./figure.ts";
import { median } from "./measure.ts";

type Call = () => Promise<unknown>;

const key = { TableName: "Messages", Key: { pk: "msg_1", sk: "message" }, ConsistentRead: true };
const message = aMessage();
const put = {
  TableName: "Messages",
  Item: {
    pk: message.id,
    sk: "message",
    contactId: message.contactId,
    createdAt: message.createdAt,
    version: 2,
    message,
  },
  ConditionExpression: "version = :seen",
  ExpressionAttributeValues: { ":seen": 1 },
};
const happening = {
  name: "message.late-receipt",
  detail: { messageId: "msg_1", attemptId: "msg_1.1", channel: "sms" },
} as const;

/** CPU of our client against the SDK's clients making the same calls, taking turns against a server that does nothing. */
export async function client(isQuick: boolean): Promise<Finding> {
  const server = fork(fileURLToPath(new URL("null.server.ts", import.meta.url)));
  const [port] = await once(server, "message");
  const url = `http://127.0.0.1:${port}`;
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "t".repeat(600),
    AWS_ENDPOINT_URL: url,
  });
  const rounds = isQuick ? 5 : 11;
  const rows = [];
  for (const [name, pair] of Object.entries(pairs(url))) rows.push({ name, ...(await raced(pair, rounds)) });
  server.disconnect();
  const ours = rows.reduce((sum, row) => sum + row.ours, 0);
  const sdk = rows.reduce((sum, row) => sum + row.sdk, 0);
  return {
    figures: [
      {
        name: "CPU per AWS call, ours against the SDK's",
        value: ours / sdk,
        unit: "×",
        owed: { is: "at most", value: 0.6 },
        wanted: { is: "at most", value: 0.2 },
        because: `${short(ours)} µs against ${short(sdk)} µs for one read, one conditional write, one message queued and one event`,
      },
    ],
    details: rows.map(
      (row) =>
        `${row.name}: ${short(row.ours)} µs against ${short(row.sdk)} µs, ${short(row.ours / row.sdk)}×`,
    ),
  };
}

/** The calls of a message, each as we make it and as the SDK does. */
export function pairs(url: string): Record<string, { readonly ours: Call; readonly sdk: Call }> {
  const dynamo = tables();
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const [lean, sqs, bridge, publish] = [
    awsClient(),
    new SQSClient({}),
    new EventBridgeClient({}),
    busPublisher("bus"),
  ];
  const queued = {
    QueueUrl: `${url}/000000000000/Intake`,
    MessageBody: JSON.stringify({ messageId: "msg_1" }),
  };
  const Entries = [
    {
      EventBusName: "bus",
      Source: "heliograph",
      DetailType: happening.name,
      Detail: JSON.stringify(happening.detail),
    },
  ];
  return {
    "read of an item": {
      ours: () => dynamo.send(new GetCommand(key)),
      sdk: () => documents.send(new SdkGet(key)),
    },
    "conditional write of an item": {
      ours: () => dynamo.send(new PutCommand(put)),
      sdk: () => documents.send(new SdkPut(put)),
    },
    "message put on a queue": {
      ours: () => lean.send(new SendMessageCommand(queued)),
      sdk: () => sqs.send(new SdkSendMessage(queued)),
    },
    "event published": {
      ours: () => publish([happening]),
      sdk: () => bridge.send(new SdkPutEvents({ Entries })),
    },
  };
}

const atOnce = 32;

/** Median CPU per call of this process, in microseconds. */
export async function raced(
  pair: { readonly ours: Call; readonly sdk: Call },
  rounds: number,
): Promise<{ readonly ours: number; readonly sdk: number }> {
  const samples = { ours: [] as number[], sdk: [] as number[] };
  // The first round of each warms it up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of ["ours", "sdk"] as const) {
      const used = await cpuOf(pair[name], 2_000);
      if (round > 0) samples[name].push(used);
    }
  }
  return { ours: median(samples.ours), sdk: median(samples.sdk) };
}

async function cpuOf(call: Call, calls: number): Promise<number> {
  let left = calls;
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while ((left -= 1) >= 0) await call();
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
