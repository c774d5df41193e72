import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { failoverDefinition } from "./failover-definition.ts";
import type { Handler } from "./handler.ts";
import { deploymentOf } from "./stage-stack.ts";
import { stateMachineIn } from "./state-machine.ts";

/** Times everybody who waits for the same instant, in one execution. Knows an instant and which part of them only. */
export class FailoverMachine extends Construct {
  private readonly machine: CfnStateMachine;

  constructor(scope: Construct, id: string, step: Handler) {
    super(scope, id);
    this.machine = stateMachineIn(this, {
      name: `${deploymentOf(this)}-failover`,
      definition: failoverDefinition(step.functionArn),
      step,
      impact: "People who did not see a notification get their text message a minute late, from the sweeper.",
    });
  }

  /** Lets a function have messages wait. */
  joinableBy(handler: Handler): void {
    handler.may(new PolicyStatement({ actions: ["states:StartExecution"], resources: [this.machine.ref] }));
    handler.set("FAILOVER_MACHINE_ARN", this.machine.ref);
  }
}
