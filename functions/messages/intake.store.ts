import { awsClient } from "../platform/aws-client.ts";
import { sendAll, SendMessageCommand } from "../platform/sqs.store.ts";

/** Puts a message on the intake queue, to be routed. */
export type SendToIntake = (messageId: string) => Promise<void>;

/** Puts messages on the intake queue, to be routed. */
export type SendAllToIntake = (messageIds: readonly string[]) => Promise<void>;

/** The intake queue. */
export function intakeQueue(queueUrl: string, client = awsClient()): SendToIntake {
  return async (messageId) => {
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ messageId }) }),
    );
  };
}

/** The intake queue for many messages, ten in a request; throws when some could not be put there. */
export function intakeForMany(queueUrl: string, client = awsClient()): SendAllToIntake {
  return (messageIds) =>
    sendAll(
      client,
      queueUrl,
      messageIds.map((messageId) => ({ MessageBody: JSON.stringify({ messageId }) })),
    );
}
