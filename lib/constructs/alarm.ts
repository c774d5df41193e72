import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";

/** An alarm that says what a person loses; without a threshold a single one is one too many. */
export function alarmOn(scope: Construct, id: string, metric: Metric, impact: string, threshold = 1): Alarm {
  return new Alarm(scope, `${id}Alarm`, {
    metric,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: impact,
  });
}
