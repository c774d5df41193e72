import { ArnFormat, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { CfnStateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { alarmOn } from "./alarm.ts";
import type { Handler } from "./handler.ts";

/** Times the steps of messages: starts a step, waits for proof or its deadline, starts the next. Knows ids and seconds only. */
export class FailoverMachine extends Construct {
  readonly machine: CfnStateMachine;
  private readonly arn: string;

  constructor(scope: Construct, id: string, step: Handler) {
    super(scope, id);
    const log = new LogGroup(this, "Log", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
    role.addToPolicy(
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [step.functionArn] }),
    );
    role.addToPolicy(new PolicyStatement({ actions: loggingActions, resources: ["*"] }));
    acknowledge(
      role,
      "AwsSolutions-IAM5[Resource::*]",
      "Log delivery and X-Ray take no resource; the statement names those actions and nothing else.",
    );
    // The step's function may end the wait of the machine that invokes it: a name known beforehand keeps that from being a circle.
    const stateMachineName = `${Stack.of(this).stackName}-failover`;
    this.arn = Stack.of(this).formatArn({
      service: "states",
      resource: "stateMachine",
      resourceName: stateMachineName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.machine = new CfnStateMachine(this, "Machine", {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      roleArn: role.roleArn,
      definitionString: Stack.of(this).toJsonString(definition(step.functionArn)),
      tracingConfiguration: { enabled: true },
      // Every transition is logged, and no data with it.
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
      },
    });
    this.machine.node.addDependency(role);
    const failed = new Metric({
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensionsMap: { StateMachineArn: this.machine.ref },
      period: Duration.minutes(5),
    });
    alarmOn(this, "Failed", {
      metric: failed,
      impact: "People who did not see a notification get their text message a minute late, from the sweeper.",
      runbook: "failover-failed",
    });
  }

  /** Lets a function start waiting for a message. */
  startableBy(handler: Handler): void {
    handler.may(new PolicyStatement({ actions: ["states:StartExecution"], resources: [this.machine.ref] }));
    handler.set("FAILOVER_MACHINE_ARN", this.machine.ref);
  }

  /** Lets a function end a wait. */
  wakeableBy(handler: Handler): void {
    const actions = ["states:SendTaskSuccess", "states:SendTaskFailure"];
    handler.may(new PolicyStatement({ actions, resources: [this.arn] }));
  }
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

/** One state that comes back to itself: two transitions when the first step is seen, one more for each further step. */
export function definition(stepFunctionArn: string): Record<string, unknown> {
  const step = "$exists($step) ? $step : $states.context.Execution.Input.first";
  // A last step waits for nobody: its function ends the wait itself, the seconds are for the case that it cannot.
  const wait = `{% ($wait := $states.context.Execution.Input.waits[${step}]; $wait > 0 ? $wait : 60) %}`;
  return {
    Comment: "Starts a step of a message, waits for proof, goes on to the next step when none comes in time.",
    QueryLanguage: "JSONata",
    StartAt: "Dispatch",
    States: {
      Dispatch: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Arguments: {
          FunctionName: stepFunctionArn,
          Payload: {
            messageId: "{% $states.context.Execution.Input.messageId %}",
            step: `{% ${step} %}`,
            taskToken: "{% $states.context.Task.Token %}",
          },
        },
        TimeoutSeconds: wait,
        Retry: [
          {
            ErrorEquals: [
              "Lambda.ServiceException",
              "Lambda.AWSLambdaException",
              "Lambda.SdkClientException",
              "Lambda.TooManyRequestsException",
            ],
            IntervalSeconds: 1,
            MaxAttempts: 4,
            BackoffRate: 2,
          },
        ],
        Catch: [
          {
            ErrorEquals: ["States.Timeout", "StepFailed"],
            Assign: { step: `{% (${step}) + 1 %}` },
            Next: "Dispatch",
          },
        ],
        End: true,
      },
    },
  };
}
