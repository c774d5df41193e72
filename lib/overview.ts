import { Duration, Stack } from "aws-cdk-lib";
import {
  Alarm,
  AlarmStatusWidget,
  CfnAlarm,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type Runbook, runbookOf, runbooks } from "./constructs/alarm.ts";
import { Handler } from "./constructs/handler.ts";

/** A few lines over time. */
export interface Graph {
  readonly title: string;
  readonly of: readonly IMetric[];
}

/** What an overview is made from. */
export interface OverviewProps {
  /** Where alarms are told. */
  readonly alarms: Topic;
  /** What our code measures. */
  readonly graphs: readonly Graph[];
}

/** Most alarms in one widget. */
const alarmLimit = 100;
const whole = 24;
const third = 8;

/**
 * The operator's view of a stack: all of its alarms are told, and its dashboard shows them by their runbook, the most
 * urgent first, then what is measured, then each capability. Comes last in its stack.
 */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, { alarms: topic, graphs }: OverviewProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const alarms = stack.node.findAll().filter((one) => one instanceof Alarm);
    const action = new SnsAction(topic);
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    const capabilities = stack.node.children.flatMap((one) => capabilityOf(one));
    new Dashboard(this, "Dashboard", {
      dashboardName: stack.stackName,
      widgets: [[guide()], ...statusOf(alarms), ...rowsOf(graphs), ...capabilities],
    });
  }
}

function guide(): IWidget {
  const markdown =
    "Each alarm says what people lose meanwhile and names its page in `docs/runbooks`. Start with the first row that is red.";
  return new TextWidget({ markdown, width: whole, height: 2 });
}

function statusOf(alarms: readonly Alarm[]): IWidget[][] {
  const byRunbook = Map.groupBy(alarms, runbookNamedBy);
  return runbooks.flatMap((runbook) => statusRowsOf(runbook, byRunbook.get(runbook) ?? []));
}

function runbookNamedBy(alarm: Alarm): Runbook {
  const { defaultChild } = alarm.node;
  const description = defaultChild instanceof CfnAlarm ? defaultChild.alarmDescription : undefined;
  const runbook = runbookOf(description ?? "");
  if (!runbook) throw new Error(`${alarm.node.path} names no runbook`);
  return runbook;
}

function statusRowsOf(runbook: Runbook, alarms: readonly Alarm[]): IWidget[][] {
  const widgets: IWidget[][] = [];
  for (let start = 0; start < alarms.length; start += alarmLimit) {
    const some = alarms.slice(start, start + alarmLimit);
    const height = 1 + Math.ceil(some.length / 4);
    widgets.push([new AlarmStatusWidget({ title: runbook, alarms: some, width: whole, height })]);
  }
  return widgets;
}

function rowsOf(graphs: readonly Graph[]): IWidget[][] {
  const rows: IWidget[][] = [];
  for (let start = 0; start < graphs.length; start += whole / third)
    rows.push(graphs.slice(start, start + whole / third).map((graph) => widgetOf(graph)));
  return rows;
}

function widgetOf({ title, of }: Graph): IWidget {
  return new GraphWidget({ title, left: [...of], width: third, height: 6 });
}

/** The functions and queues of one part of a stack: how often they run, how long they take, how old their work is. */
function capabilityOf(part: Construct): IWidget[][] {
  const inside = part.node.findAll();
  const handlers = inside.filter((one) => one instanceof Handler);
  if (handlers.length === 0) return [];
  const period = Duration.minutes(5);
  const runs = handlers.flatMap((one) => [
    one.metricInvocations({ period, label: `${wayTo(one, part)}: runs` }),
    one.metricErrors({ period, label: `${wayTo(one, part)}: errors` }),
  ]);
  const times = handlers.map((one) =>
    one.metricDuration({ period, statistic: "p95", label: wayTo(one, part) }),
  );
  const queues = inside.filter((one) => one instanceof Queue).filter((one) => one.deadLetterQueue);
  const ages = queues.map((one) =>
    one.metricApproximateAgeOfOldestMessage({ period, label: wayTo(one, part) }),
  );
  const graphs = [
    { title: "Runs and errors", of: runs },
    { title: "Milliseconds of a run, 95 of 100 below", of: times },
    ...(ages.length > 0 ? [{ title: "Oldest work, seconds", of: ages }] : []),
  ];
  const heading = new TextWidget({ markdown: `## ${part.node.id}`, width: whole, height: 1 });
  return [[heading], ...rowsOf(graphs)];
}

/** The place of a queue or function below its part, as people read it. */
function wayTo(one: Construct, part: Construct): string {
  return one.node.path.slice(part.node.path.length + 1).replace(/\/(?:(?:Work\/)?Queue|Handler)$/, "");
}
