import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, it } from "vitest";
import { declareBusiness } from "../../functions/business/business.ts";
import { deploymentIn } from "../../lib/deployment.ts";
import { wholeBusiness } from "../whole-business.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const limits = { resources: 500, outputs: 200, bytes: 1_000_000 };

it("a business with as many fast senders as may be, and all that can be turned on, fits into stacks that CloudFormation takes", () => {
  const [first] = wholeBusiness.senders;
  const fast = Array.from({ length: 14 }, (_, index) => ({
    ...first,
    id: `fast-${index}`,
    identity: `+1500555${1000 + index}`,
  }));
  const slow = wholeBusiness.senders.filter(({ mps }) => mps <= 3);
  const business = declareBusiness({ ...wholeBusiness, senders: [...fast, ...slow] } as never);
  const app = new App({ analyticsReporting: false });
  for (const stack of deploymentIn(app, { stage: "largest", business })) {
    const template = Template.fromStack(stack).toJSON();
    expect(Object.keys(template["Resources"]).length, stack.stackName).toBeLessThanOrEqual(limits.resources);
    expect(Object.keys(template["Outputs"] ?? {}).length, stack.stackName).toBeLessThanOrEqual(
      limits.outputs,
    );
    expect(Buffer.byteLength(JSON.stringify(template)), stack.stackName).toBeLessThanOrEqual(limits.bytes);
  }
});
