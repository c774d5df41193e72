import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { business } from "../../heliograph.config.ts";
import { metrics } from "../../functions/platform/metrics.ts";
import { all, functions, pointsTo, type Properties } from "./templates.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = globSync("docs/runbooks/*.md", { cwd: root });
const alarms = all("AWS::CloudWatch::Alarm");
const dashboards = all("AWS::CloudWatch::Dashboard");
const body = JSON.stringify(dashboards.map(({ properties }) => properties.DashboardBody));
const pageOf = ({ properties }: { properties: Properties }): string =>
  /Runbook: (docs\/runbooks\/[a-z-]+\.md)$/.exec(properties.AlarmDescription)?.[1] ?? "";
const on = (metric: string) =>
  alarms.filter(({ properties }) => JSON.stringify(properties).includes(`"${metric}"`));

describe("alarms and runbooks", () => {
  it("each alarm says what is lost and names a page that is there", () => {
    expect(alarms.length).toBeGreaterThan(40);
    for (const alarm of alarms) {
      expect(pages, alarm.id).toContain(pageOf(alarm));
      const impact = String(alarm.properties.AlarmDescription).replace(/ Runbook: .*/, "");
      expect(impact.length, alarm.id).toBeGreaterThan(20);
    }
  });

  it("each page is named by an alarm", () => {
    const named = new Set(alarms.map(pageOf));
    expect(pages.filter((page) => !named.has(page))).toEqual([]);
  });

  it.each(pages)("%s says what it means, where to look, why, what to do and when it is over", (page) => {
    const text = readFileSync(`${root}${page}`, "utf8");
    const heads = [...text.matchAll(/^## (.+)$/gm)].map(([, head]) => head);
    expect(heads).toEqual([
      "What it means for people",
      "First look",
      "Likely causes",
      "What to do",
      "How to know that it is over",
    ]);
    for (const part of text.split(/^## .+$/m).slice(1)) expect(part.trim().length).toBeGreaterThan(20);
    expect(text).toMatch(/^Fires when: ./m);
  });

  it("the operator's page lists each runbook once", () => {
    const table = readFileSync(`${root}docs/operations.md`, "utf8");
    for (const page of pages) expect(table.split(`](runbooks/${basename(page)})`).length - 1, page).toBe(1);
  });
});

describe("alarms and people", () => {
  it("each alarm is told of, and of its end, over one encrypted topic", () => {
    const [topic, ...others] = all("AWS::SNS::Topic").filter(({ id }) => id.startsWith("Alarms"));
    expect(others).toEqual([]);
    expect(topic?.properties.KmsMasterKeyId).toBeDefined();
    for (const { id, properties } of alarms) {
      expect(properties.AlarmActions?.map(pointsTo), id).toEqual([topic?.id]);
      expect(properties.OKActions?.map(pointsTo), id).toEqual([topic?.id]);
    }
  });

  it("CloudWatch may use the key of that topic, and may do nothing else with it", () => {
    const [key] = all("AWS::KMS::Key");
    const given = key?.properties.KeyPolicy.Statement.filter((one: Properties) =>
      JSON.stringify(one.Principal).includes("cloudwatch"),
    );
    expect(given).toHaveLength(1);
    expect(given[0].Action).toEqual(["kms:Decrypt", "kms:GenerateDataKey"]);
  });
});

describe("the dashboards", () => {
  it("show each alarm, and nothing that is none", () => {
    const shown = new Set(
      [...body.matchAll(/"Fn::GetAtt":\["([^"]*Alarm[^"]*)","Arn"\]/g)].map(([, id]) => id),
    );
    expect(shown).toEqual(new Set(alarms.map(({ id }) => id)));
  });

  it("draw all that our code measures, under the names it writes", () => {
    for (const name of Object.keys(metrics)) expect(body, name).toContain(name);
  });

  it("draw the runs of each function under its capability, and the age of the work in each queue", () => {
    for (const { id } of functions) expect(body.split(`{"Ref":"${id}"}`).length - 1, id).toBe(3);
    for (const name of ["Messages", "Senders", "Providers", "Campaigns", "Integrations"])
      expect(body, name).toContain(`## ${name}`);
    const worked = all("AWS::Lambda::EventSourceMapping").map(({ properties }) =>
      pointsTo(properties.EventSourceArn),
    );
    for (const id of worked) expect(body, id).toContain(id);
  });

  it("are one for each stack that runs something", () => {
    const names = dashboards.map(({ properties }) => properties.DashboardName);
    expect(names).toEqual(
      ["Messaging", "Delivery", "Engagement", "Console"].map((part) => `Heliograph-test-${part}`),
    );
  });
});

describe("alarms watch", () => {
  it("the errors of each provider, opt-outs, lost answers and money", () => {
    for (const { id } of business.connections)
      expect(
        on("ProviderUnknown").filter(({ properties }) => JSON.stringify(properties).includes(id)),
      ).toHaveLength(1);
    for (const { id } of business.connections)
      expect(
        on("CircuitOpen").filter(({ properties }) => JSON.stringify(properties).includes(id)),
        id,
      ).toHaveLength(1);
    expect(on("OptOutMilliseconds")[0]?.properties).toMatchObject({
      Threshold: 10_000,
      Statistic: "Maximum",
    });
    expect(on("UnknownSeconds")[0]?.properties).toMatchObject({ Threshold: 900, Statistic: "Maximum" });
    expect(on("SpendDollars")[0]?.properties).toMatchObject({
      Threshold: business.operations.spendPerDay,
      Period: 86_400,
      Statistic: "Sum",
    });
  });

  it("what Amazon SES reviews an account for, in each stream that e-mail leaves by", () => {
    const sets = all("AWS::SES::ConfigurationSet").map(({ properties }) => properties);
    expect(sets).toHaveLength(2);
    for (const { Name, ReputationOptions } of sets) {
      expect(ReputationOptions).toEqual({ ReputationMetricsEnabled: true });
      const ofSet = alarms.filter(({ properties }) => properties.Dimensions?.[0]?.Value === Name);
      expect(ofSet.map(({ properties }) => [properties.MetricName, properties.Threshold])).toEqual([
        ["Reputation.BounceRate", 0.05],
        ["Reputation.ComplaintRate", 0.001],
      ]);
    }
  });

  it("the age of each urgent queue, and of the work that is not a backlog", () => {
    const aged = on("ApproximateAgeOfOldestMessage");
    const urgent = all("AWS::SQS::Queue").filter(({ id }) => /urgentQueue/.test(id));
    expect(urgent.length).toBeGreaterThan(3);
    for (const { id } of urgent)
      expect(
        aged.filter(({ properties }) => JSON.stringify(properties.Dimensions).includes(id)),
      ).toHaveLength(1);
    expect(aged.filter(({ properties }) => /bulk/.test(JSON.stringify(properties.Dimensions)))).toEqual([]);
  });

  it("throttling wherever somebody waits for the function", () => {
    const throttled = on("Throttles").map(({ properties }) => pointsTo(properties.Dimensions));
    const waitedFor = functions.filter(({ entry }) => !entry.endsWith(".queue")).map(({ id }) => id);
    expect(throttled.toSorted()).toEqual(waitedFor.toSorted());
  });

  it("what they watch is written under the same name by every function that measures", () => {
    const namespaces = new Set(on("OptOutMilliseconds").map(({ properties }) => properties.Namespace));
    const measuring = functions.filter(({ entry }) => /\.(queue|step|schedule)$/.test(entry));
    for (const { properties } of measuring)
      namespaces.add(properties.Environment.Variables.METRICS_NAMESPACE);
    expect(namespaces.size).toBe(1);
  });
});
