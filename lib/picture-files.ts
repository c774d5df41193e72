import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "./constructs/acknowledge.ts";
import type { Handler } from "./constructs/handler.ts";

/** AWS drops a message that waits longer than three days; its file is there until then. */
const keptFor = Duration.days(4);

/** Where AWS End User Messaging finds the files of picture messages: it takes them from a bucket of the same account alone. */
export class PictureFiles extends Construct {
  private readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // Copies of what anybody can get at its own address: a key of ours would keep nothing secret.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: keptFor }],
      // CloudFormation deletes no bucket that holds something; left alone, this one empties itself.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(
      this.bucket,
      "AwsSolutions-S1",
      "It holds copies of public files for four days, and one function writes to it: nobody would read a log of that.",
    );
  }

  /** Lets a function keep files, and AWS read them in its name when it sends them. */
  filledBy(handler: Handler): void {
    const files = this.bucket.arnForObjects("*");
    handler.may(new PolicyStatement({ actions: ["s3:GetObject", "s3:PutObject"], resources: [files] }));
    const name = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    acknowledge(
      handler.role ?? handler,
      `AwsSolutions-IAM5[Resource::<${name}.Arn>/*]`,
      "A file is named by what is in it, which nobody knows before: the statement allows two actions on files of one bucket.",
    );
    handler.set("AWS_SMS_FILES_BUCKET", this.bucket.bucketName);
  }
}
