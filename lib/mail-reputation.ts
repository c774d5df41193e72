import { Duration } from "aws-cdk-lib";
import { type IMetric, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Stream } from "../functions/providers/provider.ts";
import { alarmOn } from "./constructs/alarm.ts";
import type { Graph } from "./overview.ts";

/**
 * From which share on Amazon SES puts an account under review; at ten in a hundred bounces or five in a thousand complaints it
 * stops sending (docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html). SES counts them over as many e-mails as say
 * something, so that a few are no alarm.
 */
const underReview = { "Reputation.BounceRate": 0.05, "Reputation.ComplaintRate": 0.001 } as const;
type Rate = keyof typeof underReview;

/** What the reputation of e-mail is watched by. */
export interface MailReputationProps {
  readonly stream: Stream;
  readonly configurationSet: string;
}

/** The reputation of a stream of e-mail, as SES counts it. */
export class MailReputation extends Construct {
  /** What the operator sees of it. */
  readonly graph: Graph;

  constructor(scope: Construct, id: string, { stream, configurationSet }: MailReputationProps) {
    super(scope, id);
    const [bounces, complaints] = [
      rate("Reputation.BounceRate", configurationSet),
      rate("Reputation.ComplaintRate", configurationSet),
    ];
    alarmOn(this, "Bounces", {
      metric: bounces,
      threshold: underReview["Reputation.BounceRate"],
      impact: `Amazon SES reviews the account for ${stream} e-mail to mailboxes that are gone, and may stop all e-mail.`,
      runbook: "mail-reputation",
    });
    alarmOn(this, "Complaints", {
      metric: complaints,
      threshold: underReview["Reputation.ComplaintRate"],
      impact: `People call ${stream} e-mail spam; Amazon SES reviews the account for it, and may stop all e-mail.`,
      runbook: "mail-reputation",
    });
    this.graph = { title: `Bounces and complaints of ${stream} e-mail, share`, of: [bounces, complaints] };
  }
}

function rate(metricName: Rate, configurationSet: string): IMetric {
  return new Metric({
    namespace: "AWS/SES",
    metricName,
    dimensionsMap: { "ses:configuration-set": configurationSet },
    statistic: "Average",
    period: Duration.hours(1),
  });
}
