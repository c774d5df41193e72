import { type AwsClient, awsClient } from "../platform/aws-client.ts";
import { oneTimeSchedules, type ScheduleSettings } from "../platform/schedules.store.ts";

/** Brings a held message back to routing at an instant; the same instant again is the same schedule. */
export type Hold = (messageId: string, until: number) => Promise<void>;

/** A schedule for each message and instant, which puts the message on the intake queue. */
export function holdSchedules(settings: ScheduleSettings, client: AwsClient = awsClient()): Hold {
  const putLater = oneTimeSchedules(settings, client);
  return (messageId, until) => putLater(`${messageId}-${until}`, until, { messageId });
}
