import { beforeAll, afterAll, describe, expect, it } from "vitest";
import { measure, writeMetrics } from "../../functions/platform/metrics.ts";
import { measureAnswer } from "../../functions/senders/answer-metrics.ts";
import type { Due } from "../../functions/senders/due.ts";
import { aSender, noon } from "../make.ts";

function written() {
  const lines: string[] = [];
  writeMetrics(noon, (line) => lines.push(line));
  return lines.map((line) => JSON.parse(line));
}

describe("what is measured", () => {
  beforeAll(() => void (process.env["METRICS_NAMESPACE"] = "Heliograph-test"));
  afterAll(() => void delete process.env["METRICS_NAMESPACE"]);

  it("is written in CloudWatch's embedded format, one line for each connection", () => {
    measure("ProviderAccepted", 1, "twilio-main");
    measure("ProviderAccepted", 1, "twilio-main");
    measure("ProviderBusy", 1, "pinpoint-main");
    expect(written()).toEqual([
      {
        _aws: {
          Timestamp: noon,
          CloudWatchMetrics: [
            {
              Namespace: "Heliograph-test",
              Dimensions: [["Connection"]],
              Metrics: [{ Name: "ProviderAccepted", Unit: "Count" }],
            },
          ],
        },
        Connection: "twilio-main",
        ProviderAccepted: 2,
      },
      expect.objectContaining({ Connection: "pinpoint-main", ProviderBusy: 1 }),
    ]);
  });

  it("shares one line when there is one connection, one channel and one sender, each metric by its own", () => {
    const due = { attempt: { channel: "sms" }, sender: aSender(), segments: 2 } as unknown as Due;
    for (let times = 0; times < 10; times += 1)
      measureAnswer(due, { is: "accepted", providerMessageId: "SM1" });
    const [line, ...others] = written();
    expect(others).toEqual([]);
    const byDimension = line["_aws"].CloudWatchMetrics.map(
      ({ Dimensions, Metrics }: { Dimensions: string[][]; Metrics: { Name: string }[] }) => [
        Dimensions,
        Metrics.map(({ Name }) => Name),
      ],
    );
    expect(byDimension).toEqual([
      [[["Connection"]], ["ProviderAccepted"]],
      [[["Channel"]], ["ChannelAccepted"]],
      [[["Sender"]], ["SenderSegments"]],
      [[[]], ["Segments", "SpendDollars"]],
    ]);
    expect(line).toMatchObject({ Channel: "sms", ProviderAccepted: 10, SenderSegments: 20, Segments: 20 });
  });

  it("is added up or kept at its highest, as the metric wants it, and written once", () => {
    measure("OptOutMilliseconds", 900);
    measure("OptOutMilliseconds", 400);
    measure("Segments", 2);
    measure("Segments", 3);
    expect(written()).toMatchObject([{ OptOutMilliseconds: 900, Segments: 5 }]);
    expect(written()).toEqual([]);
  });

  it("counts what a provider accepted with its price, and a refusal without one", () => {
    const attempt = { channel: "sms" };
    const due = { attempt, sender: aSender({ costMicros: 8_300 }), segments: 2 } as unknown as Due;
    measureAnswer(due, { is: "accepted", providerMessageId: "SM1", segments: 3 });
    measureAnswer(due, { is: "refused", reason: "landline" });
    const lines = written();
    expect(lines).toContainEqual(
      expect.objectContaining({ Channel: "sms", ChannelAccepted: 1, ChannelRefused: 1 }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ Sender: "us-number", SenderSegments: 3 }));
    expect(Object.assign({}, ...lines)).toMatchObject({
      Segments: 3,
      SpendDollars: 0.0249,
      ProviderAccepted: 1,
      ProviderRefused: 1,
    });
  });

  it("goes nowhere where nobody named a place for it", () => {
    delete process.env["METRICS_NAMESPACE"];
    measure("Segments", 1);
    expect(written()).toEqual([]);
    process.env["METRICS_NAMESPACE"] = "Heliograph-test";
    expect(written()).toEqual([]);
  });
});
