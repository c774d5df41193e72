import { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { dimensionOf, type MetricName } from "../../functions/platform/metrics.ts";
import { deploymentOf } from "./stage-stack.ts";

/** How a value that our code measures is read. */
export interface Reading {
  readonly statistic: "Sum" | "Maximum";
  /** Which connection it is about, where it is measured by connection. */
  readonly connection?: string;
  /** @default 5 minutes */
  readonly period?: Duration;
}

/** What our code measures, under the name by which it writes it. */
export function measured(scope: Construct, metricName: MetricName, reading: Reading): Metric {
  const { statistic, connection, period = Duration.minutes(5) } = reading;
  if ((dimensionOf(metricName) === "Connection") !== (connection !== undefined))
    throw new Error(`${metricName} is not measured that way`);
  return new Metric({
    namespace: deploymentOf(scope),
    metricName,
    statistic,
    period,
    ...(connection && { dimensionsMap: { Connection: connection }, label: `${connection}: ${metricName}` }),
  });
}

/** One line for each channel or sender that has been measured, whichever those are. */
export function measuredOfEach(scope: Construct, name: MetricName): IMetric {
  const where = `{"${deploymentOf(scope)}",${dimensionOf(name)}}`;
  return new MathExpression({
    expression: `SEARCH('${where} MetricName="${name}"', 'Sum', 300)`,
    label: "",
    period: Duration.minutes(5),
  });
}
