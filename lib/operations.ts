import { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { alarmOn } from "./constructs/alarm.ts";
import { measured, measuredOfEach } from "./constructs/measure.ts";
import type { Graph } from "./overview.ts";

/** Answers of a provider below which a share of errors says nothing. */
const fewestAnswers = 20;
/** Share of them, in percent, that is an alarm. */
const errorPercent = 20;
/** An opt-out has to hold this soon. */
const optOutMilliseconds = 10_000;
/** After this long nobody will tell us any more by himself. */
const unknownSeconds = 15 * 60;

/** Operations: alarms on what our code measures about providers, promises and money. */
export class Operations extends Construct {
  /** What the operator sees of it. */
  readonly graphs: readonly Graph[];

  constructor(scope: Construct, id: string, { connections, operations }: Business) {
    super(scope, id);
    const errors = connections.map((one, index) => this.watchProvider(one.id, index));
    const circuits = connections.map((one) => this.watchCircuit(one.id));
    const [optOuts, unknown, spend] = this.watchPromises(operations.spendPerDay);
    this.graphs = [
      { title: "Errors of providers, percent", of: errors },
      { title: "Answers of providers", of: connections.flatMap((one) => this.answersOf(one.id)) },
      { title: "Segments and dollars", of: [measured(this, "Segments", { statistic: "Sum" }), spend] },
      {
        title: "Messages by channel, accepted and refused",
        of: [measuredOfEach(this, "ChannelAccepted"), measuredOfEach(this, "ChannelRefused")],
      },
      { title: "Segments by sender", of: [measuredOfEach(this, "SenderSegments")] },
      { title: "Providers that are out", of: circuits },
      { title: "Opt-out to closed gate, milliseconds", of: [optOuts] },
      { title: "Nobody knows what became of it, seconds", of: [unknown] },
    ];
  }

  /** The share of a provider's answers that are none, or a no. */
  private watchProvider(connection: string, index: number): IMetric {
    const counts = ["ProviderAccepted", "ProviderRefused", "ProviderUnknown"] as const;
    // Graphs want a name of its own for each metric they draw from.
    const ids = ["accepted", "refused", "unknown"].map((word) => `${word}${index}`);
    const usingMetrics = Object.fromEntries(
      counts.map((name, place) => [ids[place] ?? "", measured(this, name, { statistic: "Sum", connection })]),
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

  /** Whether the provider is out, so that nothing goes out by it. */
  private watchCircuit(connection: string): IMetric {
    const period = Duration.minutes(1);
    const metric = measured(this, "CircuitOpen", { statistic: "Maximum", connection, period });
    alarmOn(this, `Circuit-${connection}`, {
      metric,
      impact: `People wait for messages that ${connection} should carry; what cannot wait goes out by another sender where there is one.`,
      runbook: "circuit-open",
    });
    return metric;
  }

  private watchPromises(spendPerDay: number): readonly [IMetric, IMetric, IMetric] {
    const optOuts = measured(this, "OptOutMilliseconds", { statistic: "Maximum" });
    alarmOn(this, "SlowOptOut", {
      metric: optOuts,
      impact: "People who wrote STOP got messages for longer than ten seconds after it.",
      runbook: "slow-opt-out",
      threshold: optOutMilliseconds,
    });
    const unknown = measured(this, "UnknownSeconds", { statistic: "Maximum" });
    alarmOn(this, "UnknownAttempts", {
      metric: unknown,
      impact: "For a quarter of an hour nobody has known whether people got their message.",
      runbook: "unknown-attempts",
      threshold: unknownSeconds,
    });
    alarmOn(this, "Spend", {
      metric: measured(this, "SpendDollars", { statistic: "Sum", period: Duration.days(1) }),
      impact: `The business has sent for more than ${spendPerDay} US dollars in a day: people may be getting what nobody meant to send.`,
      runbook: "spend",
      threshold: spendPerDay,
    });
    return [optOuts, unknown, measured(this, "SpendDollars", { statistic: "Sum" })];
  }

  private answersOf(connection: string): IMetric[] {
    const names = ["ProviderAccepted", "ProviderRefused", "ProviderUnknown", "ProviderBusy"] as const;
    return names.map((name) => measured(this, name, { statistic: "Sum", connection }));
  }
}
