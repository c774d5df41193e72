import { setting } from "./env.ts";

/** What is measured, in words of the dashboard; `of` says what becomes of several values of one invocation. */
export const metrics = {
  ProviderAccepted: { unit: "Count", of: "sum", by: "Connection" },
  ProviderRefused: { unit: "Count", of: "sum", by: "Connection" },
  ProviderUnknown: { unit: "Count", of: "sum", by: "Connection" },
  ProviderBusy: { unit: "Count", of: "sum", by: "Connection" },
  /** Messages that providers accepted, and refused, by what they went out on. */
  ChannelAccepted: { unit: "Count", of: "sum", by: "Channel" },
  ChannelRefused: { unit: "Count", of: "sum", by: "Channel" },
  /** Segments that providers accepted from each sender. */
  SenderSegments: { unit: "Count", of: "sum", by: "Sender" },
  /** One for as long as nothing goes out by a connection because its provider is out. */
  CircuitOpen: { unit: "Count", of: "max", by: "Connection" },
  /** Segments that providers accepted. */
  Segments: { unit: "Count", of: "sum" },
  /** What they cost by the prices declared for the senders: not the invoice. */
  SpendDollars: { unit: "None", of: "sum" },
  /** From somebody's STOP at our webhook to the closed gate. */
  OptOutMilliseconds: { unit: "Milliseconds", of: "max" },
  /** How long nobody has known what became of an attempt. */
  UnknownSeconds: { unit: "Seconds", of: "max" },
  /** Events that endpoints took. */
  WebhookTaken: { unit: "Count", of: "sum" },
  /** Tries that no endpoint took. */
  WebhookRefused: { unit: "Count", of: "sum" },
  /** Events that were given up after their last try. */
  WebhookGivenUp: { unit: "Count", of: "sum" },
  /** Endpoints that are no longer called. */
  WebhookDisabled: { unit: "Count", of: "sum" },
} as const satisfies Record<string, Row>;

interface Row {
  readonly unit: "Count" | "None" | "Milliseconds" | "Seconds";
  readonly of: "sum" | "max";
  readonly by?: "Connection" | "Channel" | "Sender";
}

/** Name of a metric. */
export type MetricName = keyof typeof metrics;

interface Measured {
  readonly name: MetricName;
  /** Which of those that the metric is measured by. */
  readonly of: string | undefined;
  readonly value: number;
}

const measured = new Map<string, Measured>();

/** Notes a value; it is written when the invocation ends. One that is killed before loses its values, never its work. */
export function measure(name: MetricName, value: number, of?: string): void {
  const key = `${name}/${of ?? ""}`;
  const known = measured.get(key)?.value;
  const row: Row = metrics[name];
  const both = known === undefined ? value : row.of === "sum" ? known + value : Math.max(known, value);
  measured.set(key, { name, of, value: both });
}

/**
 * Writes what was measured, in one line unless there are several connections, channels or senders: every line costs.
 * CloudWatch makes metrics of lines in its embedded format, but only when they come past the console: Lambda's own wraps
 * them in a line of its own. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function writeMetrics(
  now: number,
  write: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): void {
  const namespace = setting("METRICS_NAMESPACE", "");
  const all = [...measured.values()];
  measured.clear();
  if (!namespace) return;
  const groups = [...Map.groupBy(all, ({ name, of }) => `${dimensionOf(name)}/${of}`).values()];
  const sides = [...Map.groupBy(groups, ([first]) => first && dimensionOf(first.name)).values()];
  // A line has one value for each dimension: of each the first ones share a line, then the second ones.
  for (let nth = 0; sides.some((side) => nth < side.length); nth += 1) {
    const shared = sides.flatMap((side) => side.slice(nth, nth + 1));
    write(JSON.stringify(lineOf(namespace, shared, now)));
  }
}

/** By what a metric is measured; undefined for one of the whole business. */
export function dimensionOf(name: MetricName): Row["by"] {
  const row: Row = metrics[name];
  return row.by;
}

function lineOf(
  Namespace: string,
  groups: readonly (readonly Measured[])[],
  Timestamp: number,
): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  const CloudWatchMetrics = groups.flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const by = dimensionOf(first.name);
    if (by) line[by] = first.of;
    for (const { name, value } of some) line[name] = value;
    const Metrics = some.map(({ name }) => ({ Name: name, Unit: metrics[name].unit }));
    return [{ Namespace, Dimensions: [by ? [by] : []], Metrics }];
  });
  return { _aws: { Timestamp, CloudWatchMetrics }, ...line };
}
