import { awsClient } from "../platform/aws-client.ts";
import { SendMessageCommand } from "../platform/sqs.store.ts";

/** Puts a message on the intake queue, to be routed. */
export type SendToIntake = (messageId: string) => Promise<void>;

/** The intake queue. */
export function intakeQueue(queueUrl: string, client = awsClient()): SendToIntake {
  return async (messageId) => {
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ messageId }) }),
    );
  };
}
