import { CfnOutput } from "aws-cdk-lib";
import { CfnConfigurationSet } from "aws-cdk-lib/aws-smsvoice";
import { Construct } from "constructs";
import { eventTopicIn } from "./constructs/event-topic.ts";
import { QueueWorker } from "./constructs/queue-worker.ts";
import type { WorkQueue } from "./constructs/work-queue.ts";
import type { DataStack } from "./data-stack.ts";

/** What events lead to. */
export interface AwsSmsProps {
  readonly data: DataStack;
  readonly track: WorkQueue;
  readonly inbound: WorkQueue;
}

/** AWS End User Messaging: where it tells what became of texts and what people wrote. The function can fill two queues, nothing else. */
export class AwsSms extends Construct {
  constructor(scope: Construct, id: string, { data, track, inbound }: AwsSmsProps) {
    super(scope, id);
    const { handler, work } = new QueueWorker(this, "Events", {
      entry: "providers/aws-sms-events.queue",
      impact:
        "Receipts and replies do not reach us from AWS: people's STOP is not heard, and failover sends what they have seen.",
      key: data.key,
      oldAfterSeconds: 60,
    });
    track.filledBy(handler, "TRACK_QUEUE_URL");
    inbound.filledBy(handler, "INBOUND_QUEUE_URL");
    const topic = eventTopicIn(this, { service: "sms-voice", work, key: data.key });
    new CfnConfigurationSet(this, "ConfigurationSet", {
      configurationSetName: data.smsConfigurationSet,
      eventDestinations: [
        {
          eventDestinationName: "heliograph",
          enabled: true,
          matchingEventTypes: ["TEXT_ALL", "MEDIA_ALL"],
          snsDestination: { topicArn: topic.topicArn },
        },
      ],
    });
    new CfnOutput(this, "TwoWayTopic", {
      value: topic.topicArn,
      description: "Two-way channel of the phone numbers in AWS End User Messaging",
    }).overrideLogicalId("AwsSmsTopic");
  }
}
