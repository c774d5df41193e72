import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

/** Puts a message on the intake queue, to be routed. */
export type SendToIntake = (messageId: string) => Promise<void>;

/** The intake queue. */
export function intakeQueue(queueUrl: string, client = new SQSClient({})): SendToIntake {
  return async (messageId) => {
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ messageId }) }),
    );
  };
}
