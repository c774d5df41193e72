import { Duration } from "aws-cdk-lib";
import { FunctionUrlAuthType } from "aws-cdk-lib/aws-lambda";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { alarmOn } from "./alarm.ts";
import type { Handler } from "./handler.ts";

/** Calls a second that one environment of a function is given through its own address. */
export const callsPerEnvironment = 10;

/**
 * The address of a function that callers with their own proof reach without the API: each of their calls would cost more
 * there than all that is done about it. How many come through is bounded by the function's concurrency.
 */
export function ownAddressOf(handler: Handler, impact: string): string {
  const { url } = handler.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  const failed = new Metric({
    namespace: "AWS/Lambda",
    metricName: "Url5xxCount",
    dimensionsMap: { FunctionName: handler.functionName },
    statistic: "Sum",
    period: Duration.minutes(5),
  });
  alarmOn(handler, "Failing", { metric: failed, impact, runbook: "api-failing", threshold: 5 });
  return url;
}
