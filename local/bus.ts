import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { Cron } from "croner";
import type { Clock } from "./clock.ts";
import type { LocalFunction } from "./lambda.ts";
import type { Meter } from "./meter.ts";
import { lineBytes } from "./meter-logs.ts";
import { queueUnits } from "./meter-units.ts";

/** A rule as the template declares it. */
export interface RuleDeclaration {
  readonly name: string;
  readonly bus: string;
  readonly pattern?: Pattern | undefined;
  readonly schedule?: string | undefined;
  readonly targets: readonly string[];
}

/** An event pattern: for each field the values it may have, nested as the event is. */
export interface Pattern {
  readonly [field: string]: readonly string[] | Pattern;
}

/** One entry of PutEvents. */
export interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
}

/** Where targets are found by ARN. */
export interface TargetsOf {
  readonly functionOf: (arn: string) => LocalFunction | undefined;
  /** Puts a text on a queue. */
  readonly fill: (queueArn: string, text: string) => Promise<void>;
  readonly logFolder: string | undefined;
  readonly meter: Meter;
}

/** The event buses and their rules. */
export interface Bus {
  readonly put: (entries: readonly Entry[], by: string) => void;
  readonly deploy: (rules: readonly RuleDeclaration[]) => void;
}

/** Runs rules: by pattern when an event comes, by the clock when they have a schedule. */
export function startBus(clock: Clock, using: TargetsOf): Bus {
  const rules: RuleDeclaration[] = [];
  const { meter } = using;
  const deliver = (rule: RuleDeclaration, event: Record<string, unknown>, by: string) => {
    for (const target of rule.targets) {
      const found = using.functionOf(target);
      if (found) void found.invoke(event);
      else if (isQueue(target)) void fill(target, event);
      else {
        meter.count(by, "logs.bytes", lineBytes(JSON.stringify(event)));
        writeLog(using.logFolder, target, event);
      }
    }
  };
  const fill = async (target: string, event: Record<string, unknown>) => {
    try {
      await using.fill(target, JSON.stringify(event));
    } catch (error) {
      console.error(`An event did not reach ${target}:`, error);
    }
  };
  const repeat = (rule: RuleDeclaration, schedule: string) => {
    clock.setTimer(nextTime(schedule, clock.now()), () => {
      deliver(
        rule,
        eventOf({ Source: "aws.events", DetailType: "Scheduled Event", Detail: "{}" }, clock.now()),
        rule.name,
      );
      repeat(rule, schedule);
    });
  };
  return {
    put: (entries, by) => {
      for (const entry of entries) {
        // Events are billed in the same pieces of 64 KB as requests to queues.
        meter.count(
          by,
          "events.published",
          queueUnits(Buffer.byteLength(entry.Detail ?? "")),
          entry.DetailType,
        );
        const event = eventOf(entry, clock.now());
        const matching = rules.filter(
          ({ bus, pattern }) => bus === entry.EventBusName && pattern && matches(pattern, event),
        );
        for (const rule of matching) deliver(rule, event, by);
      }
    },
    deploy: (declared) => {
      for (const rule of declared) {
        const foreign = rule.targets.find(
          (target) => !using.functionOf(target) && !isQueue(target) && !target.includes(":logs:"),
        );
        if (foreign)
          throw new Error(`Rule ${rule.name} has a target the local cloud does not know: ${foreign}`);
        if (rule.pattern) assertSimple(rule.pattern, rule.name);
        rules.push(rule);
        if (rule.schedule) repeat(rule, rule.schedule);
      }
    },
  };
}

/** The next time of a rate() or cron() expression. */
export function nextTime(expression: string, now: number): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate)
    return (
      now +
      Number(rate[1]) *
        { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[rate[2] as "minute" | "hour" | "day"]
    );
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1];
  if (!cron) throw new Error(`The local cloud does not know the schedule ${expression}`);
  // AWS begins with minutes and ends with the year; the library begins with seconds.
  const next = new Cron(`0 ${cron}`, {
    timezone: "UTC",
    alternativeWeekdays: true,
    sloppyRanges: true,
    paused: true,
  }).nextRun(new Date(now));
  return next?.getTime() ?? Number.MAX_SAFE_INTEGER;
}

function isQueue(target: string): boolean {
  return target.includes(":sqs:");
}

function eventOf(entry: Entry, now: number): Record<string, unknown> {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": entry.DetailType,
    source: entry.Source,
    account: "000000000000",
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region: "us-east-1",
    resources: [],
    detail: JSON.parse(entry.Detail ?? "{}"),
  };
}

function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = (event as Record<string, unknown> | null)?.[field];
    return Array.isArray(wanted) ? wanted.includes(String(value)) : matches(wanted as Pattern, value);
  });
}

/** Content filters are not used here, so a pattern with one must not pass for something else. */
function assertSimple(pattern: Pattern, rule: string): void {
  for (const wanted of Object.values(pattern)) {
    if (!Array.isArray(wanted)) assertSimple(wanted as Pattern, rule);
    else if (wanted.some((one) => typeof one !== "string"))
      throw new Error(`Rule ${rule} uses a content filter the local cloud does not know`);
  }
}

function writeLog(folder: string | undefined, target: string, event: unknown): void {
  if (!folder) return;
  const group = target.split(":log-group:")[1]?.replace(/:\*$/, "") ?? "unnamed";
  const file = join(folder, `${group.replace(/^\//, "").replaceAll("/", "-")}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(event)}\n`);
}
