import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

/** A queue that hears what is published to a topic, as the template declares it. */
export interface SubscriptionDeclaration {
  readonly topicArn: string;
  readonly queueArn: string;
}

/** The topics of the cloud. */
export interface Topics {
  /** Hands a message to every queue that listens; fails when one of them could not take it. */
  readonly publish: (topicArn: string, message: string) => Promise<void>;
  readonly stop: () => void;
}

/** SNS as far as it feeds queues, with messages as they were published. */
export function startTopics(
  subscriptions: readonly SubscriptionDeclaration[],
  queueUrlOf: (arn: string) => string,
  endpoint: string,
): Topics {
  const client = new SQSClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "topics", secretAccessKey: "local" },
  });
  return {
    publish: async (topicArn, message) => {
      const listening = subscriptions.filter((one) => one.topicArn === topicArn);
      if (listening.length === 0) throw new Error(`Nobody listens to ${topicArn}`);
      for (const { queueArn } of listening)
        await client.send(new SendMessageCommand({ QueueUrl: queueUrlOf(queueArn), MessageBody: message }));
    },
    stop: () => client.destroy(),
  };
}
