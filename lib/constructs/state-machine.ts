import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { CfnStateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { alarmOn } from "./alarm.ts";
import type { Handler } from "./handler.ts";

/** What a state machine is made from. */
export interface StateMachineProps {
  readonly name: string;
  readonly definition: Record<string, unknown>;
  /** The one function it invokes. */
  readonly step: Handler;
  /** What a person loses when executions fail. */
  readonly impact: string;
}

/** A Standard state machine the way we run them: own role, traced, what fails logged and no data with it. */
export function stateMachineIn(
  scope: Construct,
  { name, definition, step, impact }: StateMachineProps,
): CfnStateMachine {
  const log = new LogGroup(scope, "Log", {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = roleFor(scope, step);
  const machine = new CfnStateMachine(scope, "Machine", {
    stateMachineName: name,
    stateMachineType: StateMachineType.STANDARD,
    roleArn: role.roleArn,
    definitionString: Stack.of(scope).toJsonString(definition),
    tracingConfiguration: { enabled: true },
    loggingConfiguration: {
      level: "ERROR",
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
    },
  });
  machine.node.addDependency(role);
  acknowledge(
    machine,
    "AwsSolutions-SF1",
    "Each message keeps the history of its own steps, and the service that of each execution for ninety days: a third copy in a log would cost more than everything else that a message writes there. What fails is logged.",
  );
  const failed = new Metric({
    namespace: "AWS/States",
    metricName: "ExecutionsFailed",
    dimensionsMap: { StateMachineArn: machine.ref },
    period: Duration.minutes(5),
  });
  alarmOn(scope, "Failed", { metric: failed, impact, runbook: "failover-failed" });
  return machine;
}

function roleFor(scope: Construct, step: Handler): Role {
  const role = new Role(scope, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
  role.addToPolicy(
    new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [step.functionArn] }),
  );
  role.addToPolicy(new PolicyStatement({ actions: loggingActions, resources: ["*"] }));
  acknowledge(
    role,
    "AwsSolutions-IAM5[Resource::*]",
    "Log delivery and X-Ray take no resource; the statement names those actions and nothing else.",
  );
  return role;
}

const loggingActions = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
];
