import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

// The least a function can do with the SDK: two clients, three commands, nothing of ours.
const clients = { dynamo: new DynamoDBClient({}), sqs: new SQSClient({}) };

/** Reads, writes and sends. */
export async function handler(): Promise<void> {
  await clients.dynamo.send(new GetItemCommand({ TableName: "T", Key: { pk: { S: "1" } } }));
  await clients.dynamo.send(new PutItemCommand({ TableName: "T", Item: { pk: { S: "1" } } }));
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: "q", MessageBody: "{}" }));
}
