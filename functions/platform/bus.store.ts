import type { PutEventsCommandInput, PutEventsCommandOutput } from "@aws-sdk/client-eventbridge";
import { type AwsClient, awsClient, commandOf } from "./aws-client.ts";
import { eventSource, type Happening, type Publish } from "./events.ts";
import { log } from "./log.ts";

const PutEventsCommand = commandOf<PutEventsCommandInput, Pick<PutEventsCommandOutput, "FailedEntryCount">>(
  { name: "events", variable: "EVENTBRIDGE", contentType: "application/x-amz-json-1.1", target: "AWSEvents" },
  "PutEvents",
);

/** Most events EventBridge takes in one call. */
const batchLimit = 10;

/** Publishes on the bus; what the bus refuses is named in the log, never thrown: an event must not undo what happened. */
export function busPublisher(busName: string): Publish {
  const client = awsClient();
  return async (happenings) => {
    for (let start = 0; start < happenings.length; start += batchLimit) {
      await put(client, busName, happenings.slice(start, start + batchLimit));
    }
  };
}

async function put(client: AwsClient, busName: string, happenings: readonly Happening[]): Promise<void> {
  const Entries = happenings.map(({ name, detail }) => ({
    EventBusName: busName,
    Source: eventSource,
    DetailType: name,
    Detail: JSON.stringify(detail),
  }));
  try {
    const reply = await client.send(new PutEventsCommand({ Entries }));
    if (reply.FailedEntryCount) log.warn("events-refused", { count: reply.FailedEntryCount });
  } catch (error) {
    log.error("events-lost", error, { count: Entries.length });
  }
}
