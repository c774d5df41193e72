/** Everything AWS would bill or log for, each with what one of it is. */
export const counters = {
  "api.requests": "requests to the HTTP API, in units of 512 KB",
  "api.bytesOut": "bytes the HTTP API answered with",
  "lambda.requests": "runs of a function",
  "lambda.seconds": "seconds a function ran or waited, on the cloud's clock",
  "lambda.runningSeconds": "seconds of processor time within them",
  "lambda.gigabyteSeconds": "those seconds times the function's memory",
  "lambda.bytesOut": "bytes a function sent to somebody outside AWS",
  "sqs.standard.sends": "requests that put messages on a standard queue, in units of 64 KB",
  "sqs.standard.receives": "receives of a standard queue that brought something",
  "sqs.standard.emptyReceives": "receives of a standard queue that brought nothing",
  "sqs.standard.deletes": "requests that took messages off a standard queue",
  "sqs.standard.others": "other requests to a standard queue",
  "sqs.fifo.sends": "requests that put messages on a FIFO queue, in units of 64 KB",
  "sqs.fifo.receives": "receives of a FIFO queue that brought something",
  "sqs.fifo.emptyReceives": "receives of a FIFO queue that brought nothing",
  "sqs.fifo.deletes": "requests that took messages off a FIFO queue",
  "sqs.fifo.others": "other requests to a FIFO queue",
  "sqs.sentMessages": "messages within those sends",
  "sqs.receivedMessages": "messages within those receives",
  "sqs.deletedMessages": "messages within those deletes",
  "dynamodb.writes": "calls that wrote an item",
  "dynamodb.refusedWrites": "writes whose condition did not hold; they are billed all the same",
  "dynamodb.writeUnits": "write request units of tables and their indexes",
  "dynamodb.reads": "calls that read items",
  "dynamodb.readUnits": "read request units of tables and their indexes",
  "dynamodb.bytes": "bytes of the items that were read or written",
  "dynamodb.storedBytes": "bytes by which tables and their indexes grew",
  "states.executions": "executions of a state machine",
  "states.steps": "states entered, retries included",
  "events.published": "events put on a bus, in units of 64 KB",
  "scheduler.invocations": "schedules that fired",
  "secrets.calls": "secrets read",
  "logs.bytes": "bytes written to logs",
} as const;

/** Name of a counter. */
export type Counter = keyof typeof counters;

/** What was counted: by counter, and for some counters by what exactly. */
interface Counts {
  readonly counts: Readonly<Partial<Record<Counter, number>>>;
  readonly details: Readonly<Partial<Record<Counter, Readonly<Record<string, number>>>>>;
}

/** Everything counted since the last reset: in all, and by who caused it. */
export interface Reading {
  readonly total: Counts["counts"];
  readonly paths: Readonly<Record<string, Counts>>;
}

/** Counts what AWS would bill. */
export interface Meter {
  /** Counts something that a path (a function, or another part of the cloud) has used. */
  readonly count: (path: string, what: Counter, amount?: number, detail?: string) => void;
  readonly reading: () => Reading;
  readonly reset: () => void;
}

/** A meter that stands at zero. */
export function createMeter(): Meter {
  const paths = new Map<
    string,
    { counts: Record<string, number>; details: Record<string, Record<string, number>> }
  >();
  return {
    count: (path, what, amount = 1, detail) => {
      if (amount === 0) return;
      let own = paths.get(path);
      if (!own) paths.set(path, (own = { counts: {}, details: {} }));
      own.counts[what] = (own.counts[what] ?? 0) + amount;
      if (detail === undefined) return;
      const details = (own.details[what] ??= {});
      details[detail] = (details[detail] ?? 0) + amount;
    },
    reading: () => {
      const total: Record<string, number> = {};
      for (const { counts } of paths.values())
        for (const [what, amount] of Object.entries(counts)) total[what] = (total[what] ?? 0) + amount;
      return structuredClone({ total, paths: Object.fromEntries(paths) });
    },
    reset: () => paths.clear(),
  };
}

/** The access key under which a function calls: it tells who is calling, as a role does on AWS. */
export function accessKeyOf(handler: string): string {
  return handler.replace(/\.handler$/, "").replace("/", ".");
}

/** Who signed a request: the function by its entry, or "outside". */
export function callerIn(authorization: string | undefined): string {
  const key = /Credential=([^/,]+)\//.exec(authorization ?? "")?.[1] ?? "local";
  return key === "local" ? "outside" : key.replace(".", "/");
}
