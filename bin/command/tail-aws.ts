import { setTimeout as pause } from "node:timers/promises";
import type { Asked, Happened } from "./happened.ts";

/** How often the journal is read, and how far back each time: events get there late and out of order. */
const [everyMilliseconds, overlapMilliseconds] = [2_000, 30_000];

/** What happens in a deployment, from the journal of its events in CloudWatch Logs. */
export async function* eventsFromCloudWatch(
  stage: string,
  { since = 0, follows, signal }: Asked,
): AsyncGenerator<Happened> {
  // Only who tails AWS needs the client.
  const { CloudWatchLogsClient, FilterLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const client = new CloudWatchLogsClient({});
  const seen = new Map<string, number>();
  let from = Date.now() - since;
  for (;;) {
    const began = Date.now();
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: `/heliograph/${stage}/events`,
          startTime: from,
          ...(nextToken && { nextToken }),
        }),
        { abortSignal: signal },
      );
      for (const { eventId = "", timestamp = 0, message = "" } of page.events ?? []) {
        if (!seen.has(eventId)) yield JSON.parse(message) as Happened;
        seen.set(eventId, timestamp);
      }
      nextToken = page.nextToken;
    } while (nextToken);
    if (!follows) return client.destroy();
    from = Math.max(from, began - overlapMilliseconds);
    for (const [id, at] of seen) if (at < from) seen.delete(id);
    await pause(everyMilliseconds, undefined, { signal });
  }
}
