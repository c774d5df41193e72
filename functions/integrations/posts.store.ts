import { type AwsClient, awsClient } from "../platform/aws-client.ts";
import { ChangeMessageVisibilityCommand, sendAll } from "../platform/sqs.store.ts";
import type { SendToPosts } from "./to-post.ts";

/** Fills the queue of posts. Those of one endpoint are a group, so that a slow one does not stand before the others. */
export function postsQueue(queueUrl: string, client: AwsClient = awsClient()): SendToPosts {
  return (items) =>
    sendAll(
      client,
      queueUrl,
      items.map((item) => ({ MessageBody: JSON.stringify(item), MessageGroupId: item.webhookId })),
    );
}

/** Has the queue show an item again soon: it stays where it is, so nothing is lost and nothing goes around in circles. */
export type ShowAgain = (receiptHandle: string, afterSeconds: number) => Promise<void>;

/** Waits of seconds on the queue of posts. */
export function postsAgain(queueUrl: string, client: AwsClient = awsClient()): ShowAgain {
  return async (receiptHandle, afterSeconds) => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: afterSeconds,
      }),
    );
  };
}
