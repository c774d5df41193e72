import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { alarmOn } from "./alarm.ts";
import type { Handler } from "./handler.ts";
import { usesKey } from "./store.ts";

/** Where the runs of a scheduled function go that failed, with their reason; the next run is due before a retry would be. */
export class FailedRuns extends Construct {
  constructor(
    scope: Construct,
    id: string,
    handler: Handler,
    props: { readonly key: Key; readonly impact: string },
  ) {
    super(scope, id);
    const queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(
      queue,
      "AwsSolutions-SQS3",
      "This queue holds dead letters itself: nothing works on it, an operator reads it.",
    );
    handler.configureAsyncInvoke({
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      // The ready-made destination would allow every kind of re-encryption; these two rights are all it takes.
      onFailure: { bind: () => ({ destination: queue.queueArn }) },
    });
    handler.may(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] }));
    handler.may(usesKey(props.key));
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) });
    alarmOn(this, "Failed", { metric, impact: props.impact, runbook: "failed-sweeps" });
  }
}
