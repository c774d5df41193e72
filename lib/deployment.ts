import type { Construct } from "constructs";
import { ConsoleStack } from "./console-stack.ts";
import type { StageProps, StageStack } from "./constructs/stage-stack.ts";
import { DataStack } from "./data-stack.ts";
import { DeliveryStack } from "./delivery-stack.ts";
import { EngagementStack } from "./engagement-stack.ts";
import { MessagingStack } from "./messaging-stack.ts";

/** All stacks of a deployment, each leaning on those before it. */
export function deploymentIn(scope: Construct, props: StageProps): readonly StageStack[] {
  const data = new DataStack(scope, props);
  const messaging = new MessagingStack(scope, { ...props, data });
  const delivery = new DeliveryStack(scope, { ...props, data, messaging });
  const engagement = new EngagementStack(scope, { ...props, data, messaging });
  const console = new ConsoleStack(scope, { ...props, data, messaging });
  return [data, messaging, delivery, engagement, console];
}
