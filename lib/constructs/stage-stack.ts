import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Business } from "../../functions/business/business.ts";

/** What a deployment needs to know. */
export interface StageProps extends StackProps {
  /** Name of this deployment; several may live in one account. */
  readonly stage: string;
  readonly business: Business;
}

/** One of the stacks of a deployment: `Heliograph-prod-Data`. */
export class StageStack extends Stack {
  /** What is named after the deployment as a whole, whichever stack it lies in: `Heliograph-prod`. */
  readonly deployment: string;

  constructor(scope: Construct, part: string, props: StageProps) {
    const deployment = `Heliograph-${props.stage}`;
    super(scope, `${deployment}-${part}`, props);
    this.deployment = deployment;
  }
}

/** The name of the deployment that something is part of. */
export function deploymentOf(scope: Construct): string {
  const stack = Stack.of(scope);
  if (!(stack instanceof StageStack)) throw new Error(`${stack.stackName} is no stack of a deployment`);
  return stack.deployment;
}
