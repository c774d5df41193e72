import { Duration } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { alarmOn } from "./alarm.ts";
import { Handler } from "./handler.ts";
import { WorkQueue } from "./work-queue.ts";

/** What a worker is made from. */
export interface QueueWorkerProps {
  readonly entry: string;
  readonly impact: string;
  readonly key: Key;
  /** Seconds after which waiting work is an alarm. @default 300 */
  readonly oldAfterSeconds?: number;
  /** Items that may be gathered for a second before they are worked on: fewer runs and requests. @default 10, at once */
  readonly gathers?: number;
  /** Items in a run. @default 10 */
  readonly batchSize?: number;
  /** How long a run may take. @default 30 seconds */
  readonly timeout?: Duration;
  /** @default 256 */
  readonly memoryMegabytes?: number;
  /** Most batches in flight. @default 20 */
  readonly maxConcurrency?: number;
}

/** A queue and the function that empties it, ten items at a time; an item that fails goes back alone. */
export class QueueWorker extends Construct {
  readonly handler: Handler;
  readonly work: WorkQueue;

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    super(scope, id);
    const { entry, impact, key, memoryMegabytes, timeout = Duration.seconds(30) } = props;
    this.work = new WorkQueue(this, "Work", { key, impact, workTimeout: timeout });
    this.handler = new Handler(this, "Handler", {
      entry,
      impact,
      timeout,
      ...(memoryMegabytes !== undefined && { memoryMegabytes }),
    });
    this.handler.addEventSource(
      new SqsEventSource(this.work.queue, {
        batchSize: props.gathers ?? props.batchSize ?? 10,
        ...(props.gathers !== undefined && { maxBatchingWindow: Duration.seconds(1) }),
        reportBatchItemFailures: true,
        maxConcurrency: props.maxConcurrency ?? 20,
      }),
    );
    const age = this.work.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) });
    alarmOn(this, "Age", {
      metric: age,
      impact,
      runbook: "old-work",
      threshold: props.oldAfterSeconds ?? 300,
    });
  }
}
