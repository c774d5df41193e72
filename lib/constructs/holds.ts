import { Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { arnHere, type Handler } from "./handler.ts";
import type { WorkQueue } from "./work-queue.ts";

/** Where held messages wait: one-time schedules that put them back on the intake queue. */
export class Holds extends Construct {
  private readonly groupName: string;
  private readonly role: Role;
  private readonly intake: WorkQueue;

  constructor(scope: Construct, id: string, intake: WorkQueue) {
    super(scope, id);
    this.intake = intake;
    this.groupName = `${Stack.of(this).stackName}-holds`;
    new CfnScheduleGroup(this, "Group", { name: this.groupName });
    // Only schedules of this account may act as the role (the confused deputy).
    const conditions = { StringEquals: { "aws:SourceAccount": Stack.of(this).account } };
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", { conditions }),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [intake.queue.queueArn] }),
    );
    intake.keyUsableBy(this.role);
  }

  /** Lets a function hold messages. */
  usableBy(handler: Handler): void {
    const schedules = arnHere(this, "scheduler", `schedule/${this.groupName}/*`);
    handler.may(new PolicyStatement({ actions: ["scheduler:CreateSchedule"], resources: [schedules] }));
    handler.may(
      new PolicyStatement({
        actions: ["iam:PassRole"],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
      }),
    );
    const named = `arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${this.groupName}/*`;
    const reason =
      "Schedules are named after the messages they hold: the statement covers this one group of schedules.";
    if (handler.role) acknowledge(handler.role, `AwsSolutions-IAM5[Resource::${named}]`, reason);
    handler.set("HOLDS_GROUP", this.groupName);
    handler.set("HOLDS_ROLE_ARN", this.role.roleArn);
    handler.set("INTAKE_QUEUE_ARN", this.intake.queue.queueArn);
  }
}
