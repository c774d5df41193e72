import type { CreateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import { type AwsClient, awsClient, commandOf } from "../platform/aws-client.ts";
import { isRefusal } from "../platform/aws.store.ts";

/** The scheduler is told by the path what to make; the name travels there and not in the body. */
const CreateScheduleCommand = commandOf<CreateScheduleCommandInput, object>(
  {
    name: "scheduler",
    variable: "SCHEDULER",
    contentType: "application/json",
    pathOf: ({ Name }: { readonly Name?: string }) => `/schedules/${encodeURIComponent(Name ?? "")}`,
    written: ({ Name: _inPath, ...body }: { readonly Name?: string }) => body,
  },
  "CreateSchedule",
);

/** Brings a held message back to routing at an instant; the same instant again is the same schedule. */
export type Hold = (messageId: string, until: number) => Promise<void>;

/** Where schedules live and what they release to. */
export interface HoldSettings {
  readonly group: string;
  readonly roleArn: string;
  readonly queueArn: string;
}

/** One-time schedules of EventBridge Scheduler, which delete themselves when they have fired. */
export function holdSchedules(
  { group, roleArn, queueArn }: HoldSettings,
  client: AwsClient = awsClient(),
): Hold {
  return async (messageId, until) => {
    const command = new CreateScheduleCommand({
      Name: `${messageId}-${until}`,
      GroupName: group,
      // at() takes whole seconds and the scheduler is never early: round up so that routing finds the hour has come.
      ScheduleExpression: `at(${new Date(Math.ceil(until / 1000) * 1000).toISOString().slice(0, 19)})`,
      ScheduleExpressionTimezone: "UTC",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "DELETE",
      Target: { Arn: queueArn, RoleArn: roleArn, Input: JSON.stringify({ messageId }) },
    });
    try {
      await client.send(command);
    } catch (error) {
      if (!isRefusal(error, "ConflictException")) throw error;
    }
  };
}
