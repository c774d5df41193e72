import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";

/** Pages for whoever is woken by an alarm, the most urgent first. */
export const runbooks = [
  "slow-opt-out",
  "api-failing",
  "old-urgent-work",
  "old-work",
  "circuit-open",
  "provider-errors",
  "unknown-attempts",
  "mail-reputation",
  "dead-letters",
  "failed-sweeps",
  "failover-failed",
  "function-errors",
  "function-throttled",
  "webhook-disabled",
  "spend",
] as const;
/** A page in docs/runbooks. */
export type Runbook = (typeof runbooks)[number];

/** What an alarm is made from. */
export interface AlarmProps {
  readonly metric: IMetric;
  /** What a person loses meanwhile, in their words. */
  readonly impact: string;
  /** The page that says what to do. */
  readonly runbook: Runbook;
  /** @default 1: a single one is one too many */
  readonly threshold?: number;
  /** How many periods in a row. @default 1 */
  readonly periods?: number;
}

/** An alarm that says what a person loses and names its page. */
export function alarmOn(scope: Construct, id: string, props: AlarmProps): Alarm {
  const { metric, impact, runbook, threshold = 1, periods = 1 } = props;
  return new Alarm(scope, `${id}Alarm`, {
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `${impact} Runbook: docs/runbooks/${runbook}.md`,
  });
}

/** The page that an alarm of ours names. */
export function runbookOf(description: string): Runbook | undefined {
  return runbooks.find((runbook) => description.endsWith(`docs/runbooks/${runbook}.md`));
}
