import { Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { arnHere, type Handler } from "./handler.ts";
import { deploymentOf } from "./stage-stack.ts";
import type { WorkQueue } from "./work-queue.ts";

/** What schedules fill. */
export interface HoldsProps {
  readonly queue: WorkQueue;
  /** The name by which functions ask for its ARN. */
  readonly setting: "INTAKE_QUEUE_ARN" | "CAMPAIGNS_QUEUE_ARN" | "POSTS_QUEUE_ARN";
  /** What the group of schedules is called in the account, behind the stack's name. */
  readonly group: string;
}

/** Where what is held waits: one-time schedules that put it back on its queue. */
export class Holds extends Construct {
  private readonly groupName: string;
  private readonly role: Role;
  private readonly props: HoldsProps;

  constructor(scope: Construct, id: string, props: HoldsProps) {
    super(scope, id);
    const { queue, group } = props;
    this.props = props;
    this.groupName = `${deploymentOf(this)}-${group}`;
    new CfnScheduleGroup(this, "Group", { name: this.groupName });
    // Only schedules of this account may act as the role (the confused deputy).
    const conditions = { StringEquals: { "aws:SourceAccount": Stack.of(this).account } };
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", { conditions }),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queue.queueArn] }),
    );
    queue.keyUsableBy(this.role);
  }

  /** Lets a function make schedules. */
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
      "Schedules are named after what they hold: the statement covers this one group of schedules.";
    if (handler.role) acknowledge(handler.role, `AwsSolutions-IAM5[Resource::${named}]`, reason);
    handler.set("HOLDS_GROUP", this.groupName);
    handler.set("HOLDS_ROLE_ARN", this.role.roleArn);
    handler.set(this.props.setting, this.props.queue.queue.queueArn);
  }
}
