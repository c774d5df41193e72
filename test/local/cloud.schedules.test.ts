import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { describe, expect, it } from "vitest";
import { nextTime } from "../../local/bus.ts";
import {
  aCloud,
  aFunction,
  arnOf,
  clientFor,
  type Resources,
  type TestCloud,
  until,
} from "./cloud.fixture.ts";

const start = Date.UTC(2026, 0, 5, 12, 0, 0);
const minute = 60_000;

const scheduled: Resources = {
  Work: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 30 } },
  Worker: aFunction("worker"),
  Source: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: { EventSourceArn: arnOf("Work"), FunctionName: { Ref: "Worker" }, BatchSize: 1 },
  },
  Group: { Type: "AWS::Scheduler::ScheduleGroup", Properties: { Name: "holds" } },
};
const worker = `export const handler = async ({ Records }) => note({ body: Records[0].body, at: Date.now() });`;

function schedules({ cloud }: TestCloud) {
  const client = new SchedulerClient(clientFor(cloud));
  return {
    create: (Name: string, at: number) =>
      client.send(
        new CreateScheduleCommand({
          Name,
          GroupName: "holds",
          ScheduleExpression: `at(${new Date(at).toISOString().slice(0, 19)})`,
          ScheduleExpressionTimezone: "UTC",
          FlexibleTimeWindow: { Mode: "OFF" },
          ActionAfterCompletion: "DELETE",
          Target: {
            Arn: "arn:aws:sqs:us-east-1:000000000000:Work",
            RoleArn: "arn:aws:iam::000000000000:role/any",
            Input: JSON.stringify({ Name }),
          },
        }),
      ),
    remove: (Name: string) => client.send(new DeleteScheduleCommand({ Name, GroupName: "holds" })),
  };
}

describe("a one-time schedule", () => {
  it("fires when the clock jumps past it, never before, and is gone then", async () => {
    const test = await aCloud(scheduled, { worker }, { now: start });
    const { create, remove } = schedules(test);
    const due = start + 8 * 60 * minute;
    await create("morning", due);
    test.cloud.clock.advance(7 * 60 * minute);
    await create("soon", test.cloud.clock.now());
    await until(() => test.notes().length === 1);
    test.cloud.clock.advance(60 * minute);
    await until(() => test.notes().length === 2);
    expect(test.notes().map(({ body }) => body)).toEqual([`{"Name":"soon"}`, `{"Name":"morning"}`]);
    expect(Number(test.notes()[1]?.["at"])).toBeGreaterThanOrEqual(due);
    await until(() =>
      remove("morning").then(
        () => false,
        (error: unknown) => error instanceof ResourceNotFoundException,
      ),
    );
  });

  it("survives a restart, and one whose time came meanwhile fires at once", async () => {
    const test = await aCloud(scheduled, { worker }, { now: start });
    await schedules(test).create("later", start + 60 * minute);
    await test.restart();
    test.cloud.clock.advance(60 * minute);
    await until(() => test.notes().length === 1);
    expect(test.notes()[0]?.["body"]).toBe(`{"Name":"later"}`);
  });

  it("is refused when its name is taken, and does not fire once deleted", async () => {
    const test = await aCloud(scheduled, { worker }, { now: start });
    const { create, remove } = schedules(test);
    await create("same", start + minute);
    await expect(create("same", start + minute)).rejects.toBeInstanceOf(ConflictException);
    await remove("same");
    await create("other", start + 2 * minute);
    test.cloud.clock.advance(3 * minute);
    await until(() => test.notes().length === 1);
    expect(test.notes()[0]?.["body"]).toBe(`{"Name":"other"}`);
  });
});

const ruled = (rule: Readonly<Record<string, unknown>>): Resources => ({
  Tick: aFunction("tick"),
  Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "shop" } },
  Journal: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/shop/events" } },
  Rule: { Type: "AWS::Events::Rule", Properties: rule },
});
const tick = `export const handler = async (event) => note({ at: Date.now(), ...event });`;
const toTick = [{ Arn: arnOf("Tick"), Id: "Tick" }];

describe("a rule", () => {
  it("fires by the clock each time its rate comes round", async () => {
    const test = await aCloud(
      ruled({ ScheduleExpression: "rate(1 minute)", State: "ENABLED", Targets: toTick }),
      { tick },
      { now: start },
    );
    for (const times of [1, 2, 3]) {
      test.cloud.clock.advance(minute);
      await until(() => test.notes().length === times);
    }
    expect(test.notes().every((event) => event["detail-type"] === "Scheduled Event")).toBe(true);
  });

  it("takes the events of its bus that fit its pattern, to functions and to log groups", async () => {
    const Arn = { "Fn::Sub": "arn:aws:logs:us-east-1:000000000000:log-group:${Journal}" };
    const targets = [...toTick, { Arn, Id: "Journal" }];
    const rule = {
      EventBusName: { Ref: "Bus" },
      EventPattern: { source: ["till"], detail: { kind: ["sale"] } },
      Targets: targets,
    };
    const test = await aCloud(ruled(rule), { tick }, { now: start });
    const put = (EventBusName: string, Source: string, kind: string) => ({
      EventBusName,
      Source,
      DetailType: "rang",
      Detail: JSON.stringify({ kind }),
    });
    const Entries = [
      put("shop", "till", "sale"),
      put("shop", "till", "refund"),
      put("shop", "door", "sale"),
      put("default", "till", "sale"),
    ];
    await new EventBridgeClient(clientFor(test.cloud)).send(new PutEventsCommand({ Entries }));
    await until(() => test.notes().length === 1);
    expect(test.notes()[0]).toMatchObject({
      source: "till",
      "detail-type": "rang",
      time: "2026-01-05T12:00:00Z",
      detail: { kind: "sale" },
    });
    const journal = join(test.code, "..", "data", "logs", "shop-events.jsonl");
    expect(existsSync(journal) && readFileSync(journal, "utf8").trim().split("\n")).toHaveLength(1);
  });

  it.each([
    ["an input transformer", { Targets: [{ ...toTick[0], InputTransformer: { InputTemplate: "{}" } }] }],
    [
      "a target that does not run here",
      { Targets: [{ Arn: "arn:aws:sns:us-east-1:000000000000:topic", Id: "Topic" }] },
    ],
    ["a content filter", { EventPattern: { source: [{ prefix: "t" }] }, Targets: toTick }],
    ["a schedule nobody can read", { ScheduleExpression: "sometimes", Targets: toTick }],
  ])("is refused at the start with %s", async (_, rule) => {
    await expect(
      aCloud(ruled({ EventBusName: { Ref: "Bus" }, EventPattern: { source: ["till"] }, ...rule }), { tick }),
    ).rejects.toThrow(/local cloud does not know/);
  });
});

describe("a schedule expression", () => {
  it.each([
    ["rate(5 minutes)", "2026-01-05T12:05:00Z"],
    ["cron(15 10 * * ? *)", "2026-01-06T10:15:00Z"],
    ["cron(0 18 ? * MON-FRI *)", "2026-01-05T18:00:00Z"],
    ["cron(0/30 * * * ? *)", "2026-01-05T12:30:00Z"],
    ["cron(0 9 ? * 2 *)", "2026-01-12T09:00:00Z"],
    ["cron(0 8 L * ? *)", "2026-01-31T08:00:00Z"],
    ["cron(0 0 1 1 ? 2028)", "2028-01-01T00:00:00Z"],
  ])("%s comes next at %s", (expression, expected) => {
    expect(nextTime(expression, start)).toBe(Date.parse(expected));
  });
});
