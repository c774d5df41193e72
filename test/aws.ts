import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { type Tables, tables } from "../functions/platform/aws.store.ts";
import { createMeter } from "../local/meter.ts";
import { startTables } from "../local/tables.ts";
import { hangUp, listen } from "../local/listen.ts";

/** The AWS that one test file talks to: real tables, and queues and a bus that only write down what they get. */
export interface Aws {
  readonly tables: Tables;
  /** Bodies of everything put on a queue. */
  readonly queued: string[];
  /** Types of everything published on the bus. */
  readonly published: string[];
  /** While true, queues refuse everything. */
  isQueueDown: boolean;
  readonly stop: () => Promise<void>;
}

const key = [
  { AttributeName: "pk", KeyType: "HASH" as const },
  { AttributeName: "sk", KeyType: "RANGE" as const },
];

/** Starts it and points the AWS SDK of this process at it. */
export async function startAws(): Promise<Aws> {
  const seen = { queued: [] as string[], published: [] as string[], isQueueDown: false };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const answer = answerTo(String(request.headers["x-amz-target"]), body, seen);
      response.writeHead(answer ? 200 : 400, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify(answer ?? { __type: "InvalidMessageContents" }));
    });
  });
  const dynamo = await startTables(undefined, createMeter());
  Object.assign(process.env, environmentOf(dynamo.url, await listen(server)));
  const names = ["Contacts", "Messages", "Counters", "Catalog", "Campaigns", "Integrations", "Links"];
  await dynamo.create(names.map(tableOf));
  return Object.assign(seen, {
    tables: tables(),
    stop: async () => {
      await Promise.all([hangUp(server), dynamo.stop()]);
    },
  });
}

function tableOf(TableName: string) {
  const strings = ["pk", "sk", "contactId"].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S" as const,
  }));
  const numbers = ["createdAt", "dueShard", "dueAt"].map((AttributeName) => ({
    AttributeName,
    AttributeType: "N" as const,
  }));
  if (TableName === "Contacts")
    return {
      TableName,
      KeySchema: key,
      AttributeDefinitions: [
        ...strings.slice(0, 2),
        { AttributeName: "listShard", AttributeType: "N" as const },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byId",
          KeySchema: [
            { AttributeName: "listShard", KeyType: "HASH" as const },
            { AttributeName: "pk", KeyType: "RANGE" as const },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" as const },
        },
      ],
      BillingMode: "PAY_PER_REQUEST" as const,
    };
  if (TableName !== "Messages")
    return {
      TableName,
      KeySchema: key,
      AttributeDefinitions: strings.slice(0, 2),
      BillingMode: "PAY_PER_REQUEST" as const,
    };
  const byContact = {
    IndexName: "byContact",
    KeySchema: [
      { AttributeName: "contactId", KeyType: "HASH" as const },
      { AttributeName: "createdAt", KeyType: "RANGE" as const },
    ],
    Projection: { ProjectionType: "ALL" as const },
  };
  const byDue = {
    IndexName: "byDue",
    KeySchema: [
      { AttributeName: "dueShard", KeyType: "HASH" as const },
      { AttributeName: "dueAt", KeyType: "RANGE" as const },
    ],
    Projection: { ProjectionType: "KEYS_ONLY" as const },
  };
  return {
    TableName,
    KeySchema: key,
    AttributeDefinitions: [...strings, ...numbers],
    GlobalSecondaryIndexes: [byContact, byDue],
    BillingMode: "PAY_PER_REQUEST" as const,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, never>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return JSON.parse(Buffer.concat(parts).toString() || "{}");
}

function answerTo(
  target: string,
  body: Record<string, never>,
  seen: Pick<Aws, "queued" | "published" | "isQueueDown">,
) {
  if (target.endsWith(".SendMessage")) {
    const text = String(body["MessageBody"]);
    if (seen.isQueueDown) return undefined;
    seen.queued.push(text);
    return { MessageId: "1", MD5OfMessageBody: createHash("md5").update(text).digest("hex") };
  }
  if (target.endsWith(".SendMessageBatch")) {
    if (seen.isQueueDown) return undefined;
    const sent: readonly { Id: string; MessageBody: string }[] = body["Entries"] ?? [];
    seen.queued.push(...sent.map(({ MessageBody }) => MessageBody));
    return { Successful: sent.map(({ Id }) => ({ Id })), Failed: [] };
  }
  if (target.endsWith(".StartExecution")) return {};
  if (target.endsWith(".GetSecretValue")) return { SecretString: JSON.stringify({ key: "k".repeat(64) }) };
  if (target.endsWith(".GetQueueAttributes"))
    return { Attributes: { ApproximateNumberOfMessages: "30", ApproximateNumberOfMessagesNotVisible: "5" } };
  const entries: readonly { DetailType: string }[] = body["Entries"] ?? [];
  seen.published.push(...entries.map(({ DetailType }) => DetailType));
  return { FailedEntryCount: 0, Entries: [] };
}

function environmentOf(dynamo: string, others: string): Record<string, string> {
  const queue = (name: string) => `${others}/000000000000/${name}`;
  const pair = { urgent: queue("Urgent.fifo"), bulk: queue("Bulk.fifo") };
  const senders = ["us-number", "*", "brand-name", "uk-number", "app"];
  return {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: dynamo,
    AWS_ENDPOINT_URL_SQS: others,
    AWS_ENDPOINT_URL_EVENTBRIDGE: others,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: others,
    CONTACTS_TABLE: "Contacts",
    MESSAGES_TABLE: "Messages",
    COUNTERS_TABLE: "Counters",
    CATALOG_TABLE: "Catalog",
    CAMPAIGNS_TABLE: "Campaigns",
    INTEGRATIONS_TABLE: "Integrations",
    POSTS_QUEUE_URL: queue("Posts"),
    WEBHOOK_SECRET: "webhooks",
    LINKS: JSON.stringify({ table: "Links", url: "https://nw.example", keepDays: 365 }),
    CAMPAIGNS_QUEUE_URL: queue("Campaigns"),
    CAMPAIGNS_QUEUE_ARN: "arn:aws:sqs:us-east-1:000000000000:Campaigns",
    HOLDS_GROUP: "starts",
    HOLDS_ROLE_ARN: "arn:aws:iam::000000000000:role/starts",
    AWS_ENDPOINT_URL_SCHEDULER: others,
    AWS_ENDPOINT_URL_SFN: others,
    FAILOVER_MACHINE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:failover",
    INTAKE_QUEUE_URL: queue("Intake"),
    EVENT_BUS: "heliograph",
    SENDER_QUEUES: JSON.stringify(Object.fromEntries(senders.map((id) => [id, pair]))),
  };
}
