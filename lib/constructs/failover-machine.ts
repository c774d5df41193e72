import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { messageDefinition } from "./failover-definitions.ts";
import type { Handler } from "./handler.ts";
import { deploymentOf } from "./stage-stack.ts";
import { stateMachineIn } from "./state-machine.ts";

/** Times the steps of messages: starts a step, waits for proof or its deadline, starts the next. Knows ids and seconds only. */
export class FailoverMachine extends Construct {
  readonly machine: CfnStateMachine;
  private readonly arn: string;

  constructor(scope: Construct, id: string, step: Handler) {
    super(scope, id);
    // The step's function may end the wait of the machine that invokes it: a name known beforehand keeps that from being a circle.
    const name = `${deploymentOf(this)}-failover`;
    this.arn = Stack.of(this).formatArn({
      service: "states",
      resource: "stateMachine",
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.machine = stateMachineIn(this, {
      name,
      definition: messageDefinition(step.functionArn),
      step,
      impact: "People who did not see a notification get their text message a minute late, from the sweeper.",
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
