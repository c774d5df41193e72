import {
  type Alarm,
  AlarmStatusWidget,
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { type Runbook, runbookOf, runbooks } from "./constructs/alarm.ts";

/** What the dashboard draws besides alarms. */
export interface Graphs {
  readonly errors: readonly IMetric[];
  readonly answers: readonly IMetric[];
  readonly ours: readonly (readonly IMetric[])[];
  readonly all: { readonly channels: readonly IMetric[]; readonly senders: readonly IMetric[] };
}

/** Most alarms in one widget. */
const alarmLimit = 100;
const whole = 24;
const third = 8;

/** The dashboard, a row after the other: all alarms by their runbook, the most urgent first, then what is measured. */
export function rowsOf(alarms: readonly Alarm[], { errors, answers, ours, all }: Graphs): IWidget[][] {
  const byRunbook = Map.groupBy(alarms, runbookNamedBy);
  const status = runbooks.flatMap((runbook) => statusOf(runbook, byRunbook.get(runbook) ?? []));
  const graph = (title: string, left: readonly IMetric[]) =>
    new GraphWidget({ title, left: [...left], width: third, height: 6 });
  const [optOuts = [], unknown = [], spend = [], webhooks = []] = ours;
  return [
    [
      new TextWidget({
        markdown:
          "Each alarm says what people lose meanwhile and names its page in `docs/runbooks`. Start with the first row that is red.",
        width: whole,
        height: 2,
      }),
    ],
    ...status.map((widget) => [widget]),
    [
      graph("Errors of providers, percent", errors),
      graph("Answers of providers", answers),
      graph("Segments and dollars", spend),
    ],
    [
      graph("Messages by channel, accepted and refused", all.channels),
      graph("Segments by sender", all.senders),
      graph("Events posted to webhooks", webhooks),
    ],
    [
      graph("Opt-out to closed gate, milliseconds", optOuts),
      graph("Nobody knows what became of it, seconds", unknown),
    ],
  ];
}

function runbookNamedBy(alarm: Alarm): Runbook {
  const { defaultChild } = alarm.node;
  const description = defaultChild instanceof CfnAlarm ? defaultChild.alarmDescription : undefined;
  const runbook = runbookOf(description ?? "");
  if (!runbook) throw new Error(`${alarm.node.path} names no runbook`);
  return runbook;
}

function statusOf(runbook: Runbook, alarms: readonly Alarm[]): AlarmStatusWidget[] {
  const widgets: AlarmStatusWidget[] = [];
  for (let start = 0; start < alarms.length; start += alarmLimit) {
    const some = alarms.slice(start, start + alarmLimit);
    const height = 1 + Math.ceil(some.length / 4);
    widgets.push(new AlarmStatusWidget({ title: runbook, alarms: some, width: whole, height }));
  }
  return widgets;
}
