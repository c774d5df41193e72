import type { PutEventsCommandInput, PutEventsCommandOutput } from "@aws-sdk/client-eventbridge";
import { type AwsClient, awsClient, commandOf } from "./aws-client.ts";
import { eventSource, type Happening, type Publish } from "./events.ts";
import { inParts } from "./in-parts.ts";
import { log } from "./log.ts";

const PutEventsCommand = commandOf<PutEventsCommandInput, Pick<PutEventsCommandOutput, "FailedEntryCount">>(
  { name: "events", variable: "EVENTBRIDGE", contentType: "application/x-amz-json-1.1", target: "AWSEvents" },
  "PutEvents",
);

/** Most events EventBridge takes in one call. */
const batchLimit = 10;
/** Most that one event tells of: EventBridge bills each 64 KB, and this many stay below. */
const togetherLimit = 100;

/** Publishes on the bus; what the bus refuses is named in the log, never thrown: an event must not undo what happened. */
export function busPublisher(busName: string): Publish {
  const client = awsClient();
  return async (happenings) => {
    for (const entries of inParts(entriesOf(happenings, busName), batchLimit)) await put(client, entries);
  };
}

type Entries = readonly NonNullable<PutEventsCommandInput["Entries"]>[number][];

/** Of each kind of happening one event that tells of all of them, in their order. */
function entriesOf(happenings: readonly Happening[], busName: string): Entries {
  return [...Map.groupBy(happenings, ({ name }) => name)].flatMap(([name, some]) => {
    const details = some.map(({ detail }) => detail);
    return inParts(details, togetherLimit).map((happened) => ({
      EventBusName: busName,
      Source: eventSource,
      DetailType: name,
      Detail: JSON.stringify({ happened }),
    }));
  });
}

async function put(client: AwsClient, Entries: Entries): Promise<void> {
  try {
    const reply = await client.send(new PutEventsCommand({ Entries: [...Entries] }));
    if (reply.FailedEntryCount) log.warn("events-refused", { count: reply.FailedEntryCount });
  } catch (error) {
    log.error("events-lost", error, { count: Entries.length });
  }
}
