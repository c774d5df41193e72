import { Duration, Stack } from "aws-cdk-lib";
import { Alarm, Dashboard, type IMetric, MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { dimensionOf, type MetricName } from "../functions/platform/metrics.ts";
import { alarmOn } from "./constructs/alarm.ts";
import { rowsOf } from "./dashboard.ts";
import type { DataStack } from "./data-stack.ts";

/** What operations look at. */
export interface OperationsProps {
  readonly data: DataStack;
  readonly business: Business;
}

/** Answers of a provider below which a share of errors says nothing. */
const fewestAnswers = 20;
/** Share of them, in percent, that is an alarm. */
const errorPercent = 20;
/** An opt-out has to hold this soon. */
const optOutMilliseconds = 10_000;
/** After this long nobody will tell us any more by himself. */
const unknownSeconds = 15 * 60;

/** Operations: alarms on what our code measures, who is told of all alarms, and the dashboard. Comes last in its stack. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, { data, business }: OperationsProps) {
    super(scope, id);
    const { operations, connections } = business;
    const errors = connections.map((one, index) => this.watchProvider(one.id, index));
    this.watchPromises(operations.spendPerDay);
    if (business.webhooks) this.watchWebhooks();
    const topic = new Topic(this, "Alarms", { masterKey: data.key, enforceSSL: true });
    if (operations.alarmEmail) topic.addSubscription(new EmailSubscription(operations.alarmEmail));
    const action = new SnsAction(topic);
    const alarms = Stack.of(this)
      .node.findAll()
      .filter((one) => one instanceof Alarm);
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    const graphs = {
      errors,
      answers: connections.flatMap((one) => this.answersOf(one.id)),
      ours: this.ours(),
      all: {
        channels: [this.allOf("ChannelAccepted"), this.allOf("ChannelRefused")],
        senders: [this.allOf("SenderSegments")],
      },
    };
    new Dashboard(this, "Dashboard", {
      dashboardName: Stack.of(this).stackName,
      widgets: rowsOf(alarms, graphs),
    });
  }

  /** The share of a provider's answers that are none, or a no. */
  private watchProvider(connection: string, index: number): IMetric {
    const counts = ["ProviderAccepted", "ProviderRefused", "ProviderUnknown"] as const;
    // Graphs want a name of its own for each metric they draw from.
    const ids = ["accepted", "refused", "unknown"].map((word) => `${word}${index}`);
    const usingMetrics = Object.fromEntries(
      counts.map((name, place) => [ids[place] ?? "", this.metric(name, "Sum", connection)]),
    );
    const [accepted, ...errors] = ids.map((id) => `FILL(${id}, 0)`);
    const [no, all] = [`(${errors.join(" + ")})`, `(${[accepted, ...errors].join(" + ")})`];
    const metric = new MathExpression({
      expression: `IF(${all} >= ${fewestAnswers}, 100 * ${no} / ${all}, 0)`,
      usingMetrics,
      label: `${connection}: errors in percent`,
      period: Duration.minutes(5),
    });
    alarmOn(this, `Errors-${connection}`, {
      metric,
      impact: `People do not get messages that ${connection} should carry.`,
      runbook: "provider-errors",
      threshold: errorPercent,
    });
    return metric;
  }

  private watchPromises(spendPerDay: number): void {
    alarmOn(this, "SlowOptOut", {
      metric: this.metric("OptOutMilliseconds", "Maximum"),
      impact: "People who wrote STOP got messages for longer than ten seconds after it.",
      runbook: "slow-opt-out",
      threshold: optOutMilliseconds,
    });
    alarmOn(this, "UnknownAttempts", {
      metric: this.metric("UnknownSeconds", "Maximum"),
      impact: "For a quarter of an hour nobody has known whether people got their message.",
      runbook: "unknown-attempts",
      threshold: unknownSeconds,
    });
    alarmOn(this, "Spend", {
      metric: this.metric("SpendDollars", "Sum", undefined, Duration.days(1)),
      impact: `The business has sent for more than ${spendPerDay} US dollars in a day: people may be getting what nobody meant to send.`,
      runbook: "spend",
      threshold: spendPerDay,
    });
  }

  private watchWebhooks(): void {
    alarmOn(this, "WebhookDisabled", {
      metric: this.metric("WebhookDisabled", "Sum"),
      impact: "A system of the business's own no longer hears what happened to people's messages.",
      runbook: "webhook-disabled",
    });
  }

  private answersOf(connection: string): IMetric[] {
    const names = ["ProviderAccepted", "ProviderRefused", "ProviderUnknown", "ProviderBusy"] as const;
    return names.map((name) => this.metric(name, "Sum", connection));
  }

  private ours(): IMetric[][] {
    return [
      [this.metric("OptOutMilliseconds", "Maximum")],
      [this.metric("UnknownSeconds", "Maximum")],
      [this.metric("Segments", "Sum"), this.metric("SpendDollars", "Sum")],
      (["WebhookTaken", "WebhookRefused", "WebhookGivenUp", "WebhookDisabled"] as const).map((name) =>
        this.metric(name, "Sum"),
      ),
    ];
  }

  /** One line for each channel or sender that has been measured, whichever those are. */
  private allOf(name: MetricName): IMetric {
    const where = `{"${Stack.of(this).stackName}",${dimensionOf(name)}}`;
    return new MathExpression({
      expression: `SEARCH('${where} MetricName="${name}"', 'Sum', 300)`,
      label: "",
      period: Duration.minutes(5),
    });
  }

  private metric(
    metricName: MetricName,
    statistic: "Sum" | "Maximum",
    connection?: string,
    period = Duration.minutes(5),
  ): Metric {
    if ((dimensionOf(metricName) === "Connection") !== (connection !== undefined))
      throw new Error(`${metricName} is not measured that way`);
    return new Metric({
      namespace: Stack.of(this).stackName,
      metricName,
      statistic,
      period,
      ...(connection && { dimensionsMap: { Connection: connection }, label: `${connection}: ${metricName}` }),
    });
  }
}
