import { createServer } from "node:http";
import { hangUp, listen } from "../../local/listen.ts";

/** One line of a journal, as CloudWatch Logs keeps it. */
export interface Kept {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
}

/** CloudWatch Logs over its own protocol: `FilterLogEvents` on groups of a test, two events a page. */
export async function aJournal(groups: Readonly<Record<string, readonly Kept[]>>) {
  const asked: { logGroupName: string; startTime: number; nextToken?: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const query = JSON.parse(text) as (typeof asked)[number];
      asked.push(query);
      const events = groups[query.logGroupName];
      const isKnown = request.headers["x-amz-target"] === "Logs_20140328.FilterLogEvents" && events;
      response.writeHead(isKnown ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(isKnown ? pageOf(events, query) : { __type: "ResourceNotFoundException" }));
    });
  });
  const url = await listen(server);
  return {
    asked,
    environment: {
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
    stop: () => hangUp(server),
  };
}

function pageOf(
  events: readonly Kept[],
  { startTime, nextToken = "0" }: { startTime: number; nextToken?: string },
) {
  const from = Number(nextToken);
  const all = events.filter(({ timestamp }) => timestamp >= startTime);
  const rest = all.length > from + 2 ? { nextToken: String(from + 2) } : {};
  return { events: all.slice(from, from + 2), ...rest };
}
