import { Stack } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSubscription, type CfnSubscriptionProps, Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { WorkQueue } from "./work-queue.ts";

/** What events are led by. */
export interface EventTopicProps {
  /** The service of AWS that tells them, and nothing else may: `ses`. */
  readonly service: string;
  readonly work: WorkQueue;
  readonly key: Key;
  /** Which of what it tells is an event. @default - all of it */
  readonly filter?: Pick<CfnSubscriptionProps, "filterPolicy" | "filterPolicyScope">;
}

/** A topic on which a service of AWS tells what happened, in this account, and which leads to a queue. */
export function eventTopicIn(scope: Construct, { service, work, key, filter }: EventTopicProps): Topic {
  const topic = new Topic(scope, "Topic", { masterKey: key, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
  );
  work.queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("sns.amazonaws.com")],
      actions: ["sqs:SendMessage"],
      resources: [work.queue.queueArn],
      conditions: { ArnEquals: { "aws:SourceArn": topic.topicArn } },
    }),
  );
  new CfnSubscription(scope, "Subscription", {
    topicArn: topic.topicArn,
    protocol: "sqs",
    endpoint: work.queue.queueArn,
    // The event as AWS wrote it, without an envelope around it.
    rawMessageDelivery: true,
    ...filter,
  });
  return topic;
}
