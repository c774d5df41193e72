import { ConflictException, CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";

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
  client = new SchedulerClient({}),
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
      if (!(error instanceof ConflictException)) throw error;
    }
  };
}
