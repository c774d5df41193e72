/** A queue that hears what is published to a topic, as the template declares it. */
export interface SubscriptionDeclaration {
  readonly topicArn: string;
  readonly queueArn: string;
}

/** Hands a message to every queue that listens to a topic; fails when one of them could not take it. */
export type PublishToTopic = (topicArn: string, message: string) => Promise<void>;

/** SNS as far as it feeds queues, with messages as they were published. */
export function topicsFor(
  subscriptions: readonly SubscriptionDeclaration[],
  fill: (queueArn: string, text: string) => Promise<void>,
): PublishToTopic {
  return async (topicArn, message) => {
    const listening = subscriptions.filter((one) => one.topicArn === topicArn);
    if (listening.length === 0) throw new Error(`Nobody listens to ${topicArn}`);
    for (const { queueArn } of listening) await fill(queueArn, message);
  };
}
