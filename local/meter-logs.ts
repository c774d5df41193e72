/** Bytes that CloudWatch Logs adds to every line it takes in. */
const besideLine = 26;

/** Bytes that a line costs in a log. */
export function lineBytes(line: string): number {
  return Buffer.byteLength(line) + besideLine;
}

const id = "00000000-0000-0000-0000-000000000000";
const trace =
  "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=1;Lineage=1:00000000:0";
const time = "2026-01-01T00:00:00.000Z";

/** Bytes that Lambda itself writes about one run in its JSON format, at the level it has unless told otherwise. */
export const runLogBytes = [
  { time, type: "platform.start", record: { requestId: id, version: "$LATEST" } },
  {
    time,
    type: "platform.report",
    record: {
      requestId: id,
      metrics: { durationMs: 100.123, billedDurationMs: 101, memorySizeMB: 256, maxMemoryUsedMB: 100 },
      tracing: { spanId: "0000000000000000", type: "X-Amzn-Trace-Id", value: trace },
      status: "success",
    },
  },
].reduce((bytes, line) => bytes + lineBytes(JSON.stringify(line)), 0);

/** Bytes that Lambda's JSON format puts around a line that a function has written. */
export const aroundLineBytes = lineBytes(
  JSON.stringify({ timestamp: time, level: "INFO", requestId: id, message: "" }),
);

/** Bytes that Step Functions writes about one event of an execution's history, without its data. */
export const historyLogBytes = lineBytes(
  JSON.stringify({
    id: "10",
    type: "TaskStateEntered",
    details: { name: "MoveOn" },
    previous_event_id: "9",
    event_timestamp: "1700000000000",
    execution_arn: `arn:aws:states:us-east-1:000000000000:execution:Heliograph-prod-failover:1700000000000-1-of-1`,
  }),
);

/** History events of an execution's start and end, and of one task (entered, scheduled, started, ended, left). */
export const historyEvents = { execution: 2, step: 5 } as const;

/** Bytes that the HTTP API writes about one request, with values as long as they usually are. */
export function accessLogBytes(format: string): number {
  const line = format.replaceAll(/\$context\.([\w.]+)/g, (_, name: string) => usualValues[name] ?? "-");
  return lineBytes(line);
}

const usualValues: Readonly<Record<string, string>> = {
  requestId: "AbCdEfGhIjKlMnO=",
  routeKey: "POST /callbacks/{connection}/status",
  status: "202",
  responseLatency: "25",
  "authorizer.keyId": "key_01234567890123456789012345",
};
