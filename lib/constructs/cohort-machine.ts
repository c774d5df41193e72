import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { cohortDefinition } from "./failover-definitions.ts";
import type { Handler } from "./handler.ts";
import { deploymentOf } from "./stage-stack.ts";
import { stateMachineIn } from "./state-machine.ts";

/** Times everybody who waits for the same instant, in one execution. Knows an instant and which part of them only. */
export class CohortMachine extends Construct {
  private readonly machine: CfnStateMachine;

  constructor(scope: Construct, id: string, step: Handler) {
    super(scope, id);
    this.machine = stateMachineIn(this, {
      name: `${deploymentOf(this)}-cohorts`,
      definition: cohortDefinition(step.functionArn),
      step,
      impact:
        "People who did not see a marketing notification get their text message minutes late, from the sweeper.",
    });
  }

  /** Lets a function have a cohort timed. */
  joinableBy(handler: Handler): void {
    handler.may(new PolicyStatement({ actions: ["states:StartExecution"], resources: [this.machine.ref] }));
    handler.set("COHORT_MACHINE_ARN", this.machine.ref);
  }
}
