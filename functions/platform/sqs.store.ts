import type {
  ChangeMessageVisibilityCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { type AwsClient, commandOf, type Service } from "./aws-client.ts";
import { inParts } from "./in-parts.ts";
import { inLanes } from "./lanes.ts";

/** Amazon SQS. */
export const sqs: Service = {
  name: "sqs",
  variable: "SQS",
  contentType: "application/x-amz-json-1.0",
  target: "AmazonSQS",
};

/** Puts one message on a queue. */
export const SendMessageCommand = commandOf<SendMessageCommandInput, object>(sqs, "SendMessage");
/** How much waits in a queue. */
export const GetQueueAttributesCommand = commandOf<
  GetQueueAttributesCommandInput,
  Pick<GetQueueAttributesCommandOutput, "Attributes">
>(sqs, "GetQueueAttributes");
/** Says after how many seconds a queue shows an item again that nobody deletes. */
export const ChangeMessageVisibilityCommand = commandOf<ChangeMessageVisibilityCommandInput, object>(
  sqs,
  "ChangeMessageVisibility",
);
const SendMessageBatchCommand = commandOf<
  SendMessageBatchCommandInput,
  Pick<SendMessageBatchCommandOutput, "Failed">
>(sqs, "SendMessageBatch");

/** What is put on a queue; the group and the name that makes it one of a kind are for queues in order. */
export interface ToSend {
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** Most messages SQS takes in one request; they are small, so its 256 KB are far away. */
const mostAtOnce = 10;
/** Requests under way at once. */
const width = 8;
/** How often what a queue did not take is offered again. */
const triesLimit = 3;

/** Puts messages on a queue, ten in a request; throws when the queue has not taken all of them. */
export async function sendAll(
  client: AwsClient,
  QueueUrl: string,
  messages: readonly ToSend[],
): Promise<void> {
  await inLanes(inParts(messages, mostAtOnce), width, (batch) => sendBatch(client, QueueUrl, batch));
}

async function sendBatch(client: AwsClient, QueueUrl: string, batch: readonly ToSend[]): Promise<void> {
  let left = batch.map((message, index) => ({ Id: String(index), ...message }));
  for (let tries = 0; left.length > 0; tries += 1) {
    if (tries === triesLimit) throw new Error(`${left.length} messages were not taken by ${QueueUrl}`);
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: left }));
    const failed = new Set(Failed.map(({ Id }) => Id));
    left = left.filter(({ Id }) => failed.has(Id));
  }
}
