import { CfnRule, type EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnResourcePolicy, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { ArnFormat, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { eventSource } from "../../functions/platform/events.ts";
import type { Handler } from "./handler.ts";
import type { WorkQueue } from "./work-queue.ts";

/** Lets a function publish events. */
export function publishesTo(bus: EventBus, handler: Handler): void {
  handler.may(new PolicyStatement({ actions: ["events:PutEvents"], resources: [bus.eventBusArn] }));
  handler.set("EVENT_BUS", bus.eventBusName);
}

/** Puts every event on a queue; one that it does not take within a day is one of its dead letters. */
export function heardBy(scope: Construct, bus: EventBus, work: WorkQueue): void {
  const rule = new CfnRule(scope, "Heard", {
    eventBusName: bus.eventBusName,
    eventPattern: { source: [eventSource] },
    targets: [{ id: "Queue", arn: work.queue.queueArn, deadLetterConfig: { arn: work.dead.queueArn } }],
  });
  for (const queue of [work.queue, work.dead])
    queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("events.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [queue.queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": rule.attrArn } },
      }),
    );
}

/** Everything that happened, for a month: ids and closed words, to be read by an operator. */
export class EventJournal extends Construct {
  constructor(scope: Construct, id: string, bus: EventBus, stage: string) {
    super(scope, id);
    const log = new LogGroup(this, "Log", {
      logGroupName: `/heliograph/${stage}/events`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnResourcePolicy(this, "MayWrite", {
      policyName: `heliograph-${stage}-events`,
      policyDocument: Stack.of(this).toJsonString(mayWrite(log.logGroupArn)),
    });
    new CfnRule(this, "All", {
      eventBusName: bus.eventBusName,
      eventPattern: { source: [eventSource] },
      targets: [{ id: "Journal", arn: withoutStreams(this, log) }],
    });
  }
}

function mayWrite(logGroupArn: string): Record<string, unknown> {
  const Statement = {
    Effect: "Allow",
    Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: logGroupArn,
  };
  return { Version: "2012-10-17", Statement: [Statement] };
}

/** A rule wants the group's ARN without the part that stands for its streams. */
function withoutStreams(scope: Construct, log: LogGroup): string {
  return Stack.of(scope).formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: log.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
