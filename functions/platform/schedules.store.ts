import type { CreateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import { type AwsClient, awsClient, commandOf } from "./aws-client.ts";
import { isRefusal } from "./aws.store.ts";

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

/** Puts something on a queue at an instant; the same name again is the same schedule. */
export type PutLater = (name: string, at: number, body: object) => Promise<void>;

/** Where schedules live and what they fill. */
export interface ScheduleSettings {
  readonly group: string;
  readonly roleArn: string;
  readonly queueArn: string;
}

/** One-time schedules of EventBridge Scheduler, which delete themselves when they have fired. */
export function oneTimeSchedules(
  { group, roleArn, queueArn }: ScheduleSettings,
  client: AwsClient = awsClient(),
): PutLater {
  return async (name, at, body) => {
    const command = new CreateScheduleCommand({
      Name: name,
      GroupName: group,
      // at() takes whole seconds and the scheduler is never early: round up so that whoever is called finds the hour has come.
      ScheduleExpression: `at(${new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19)})`,
      ScheduleExpressionTimezone: "UTC",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "DELETE",
      Target: { Arn: queueArn, RoleArn: roleArn, Input: JSON.stringify(body) },
    });
    try {
      await client.send(command);
    } catch (error) {
      if (!isRefusal(error, "ConflictException")) throw error;
    }
  };
}
