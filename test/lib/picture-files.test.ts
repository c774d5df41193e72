import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, it } from "vitest";
import { business } from "../../heliograph.config.ts";
import { deploymentIn } from "../../lib/deployment.ts";
import { all, functions, rightsOf } from "./templates.ts";

it("files of picture messages are nobody's but AWS's, encrypted, and gone after four days", () => {
  const buckets = all("AWS::S3::Bucket");
  expect(buckets).toHaveLength(1);
  expect(buckets[0]?.properties).toMatchObject({
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    BucketEncryption: {},
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: 4, Status: "Enabled" }] },
  });
  const [policy] = all("AWS::S3::BucketPolicy");
  expect(policy?.properties.PolicyDocument.Statement).toMatchObject([
    { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } },
  ]);
});

it("only who delivers for such a sender may fill the bucket, and only with files", () => {
  const filling = rightsOf("senders/deliver.queue").filter(({ actions }) => actions.includes("s3:PutObject"));
  expect(filling).toHaveLength(1);
  expect(filling[0]?.resource).toContain("/*");
  const told = functions.filter(
    ({ properties }) => properties.Environment?.Variables?.AWS_SMS_FILES_BUCKET?.Ref !== undefined,
  );
  expect(told.map(({ entry }) => entry)).toEqual(["senders/deliver.queue"]);
});

it("a business without picture messages by AWS has no bucket", () => {
  const stacks = deploymentIn(new App({ analyticsReporting: false }), { stage: "test", business });
  const buckets = stacks.map((stack) => Template.fromStack(stack).findResources("AWS::S3::Bucket"));
  expect(buckets.filter((found) => Object.keys(found).length > 0)).toEqual([]);
});
