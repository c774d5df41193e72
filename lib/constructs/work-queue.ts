import { Duration } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Setting } from "../../functions/platform/env.ts";
import { alarmOn } from "./alarm.ts";
import type { Handler } from "./handler.ts";
import { usesKey } from "./store.ts";

/** What a queue is made from. */
export interface WorkQueueProps {
  readonly key: Key;
  /** What a person loses when work ends in the dead letters, in their words. */
  readonly impact: string;
  /** Timeout of the function that works on it. */
  readonly workTimeout: Duration;
  /** How long an item stays hidden while somebody works on it. @default six times the timeout, as Lambda advises where it may throttle */
  readonly hiddenFor?: Duration;
  /** Keeps the order inside a lane, with one batch of a lane in flight. @default false */
  readonly fifo?: boolean;
  /** What it is called in the account. @default - what CloudFormation calls it */
  readonly name?: string;
}

/** Times an item is tried before it goes to the dead letters. */
const tries = 5;

/** A queue with its dead letters and the alarm that says what is lost in them. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly dead: Queue;
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.key = props.key;
    const shared = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    };
    const ordered = props.fifo
      ? {
          fifo: true,
          deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
          fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        }
      : {};
    this.dead = new Queue(this, "Dead", { ...shared, ...ordered });
    this.queue = new Queue(this, "Queue", {
      ...shared,
      ...ordered,
      ...(props.name !== undefined && { queueName: props.name }),
      visibilityTimeout: props.hiddenFor ?? Duration.seconds(props.workTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: tries },
    });
    const metric = this.dead.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) });
    alarmOn(this, "Dead", { metric, impact: props.impact, runbook: "dead-letters" });
  }

  /** Lets a function put work on the queue. */
  filledBy(handler: Handler, setting: Setting): void {
    this.sendableBy(handler);
    handler.set(setting, this.queue.queueUrl);
  }

  /** The permission alone, for functions that know several queues by one setting. */
  sendableBy(handler: Handler): void {
    handler.may(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [this.queue.queueArn] }));
    handler.may(usesKey(this.key));
  }

  /** Lets a service role use the key of what it puts on the queue. */
  keyUsableBy(role: Role): void {
    role.addToPolicy(usesKey(this.key));
  }

  /** Lets a function ask how much is waiting. */
  countableBy(handler: Handler): void {
    handler.may(
      new PolicyStatement({ actions: ["sqs:GetQueueAttributes"], resources: [this.queue.queueArn] }),
    );
  }
}
