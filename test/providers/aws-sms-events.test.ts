import { describe, expect, it } from "vitest";
import { AwsSmsEvent, toldBy } from "../../functions/providers/aws-sms-events.ts";
import { aSender, noon } from "../make.ts";
import vectors from "./aws-sms-vectors.json" with { type: "json" };

const attemptId = "msg_01HZX0000000000000000000MM.1";
const number = aSender({
  id: "us-backup",
  kind: "toll-free",
  identity: "+18885550199",
  connection: "aws-sms-main",
});
const told = (event: object, of = number) => toldBy(AwsSmsEvent.parse(event), [of], noon);
const [accepted, accomplished, delivered, blocked] = vectors.events;
const become = (eventType: string) => told({ ...delivered, eventType });

describe("an event of a text", () => {
  it("belongs to the attempt that its context names, at the moment AWS says", () => {
    expect(told(delivered ?? {})).toEqual({
      is: "receipt",
      receipt: {
        attemptId,
        is: "delivered",
        at: 1_795_453_505_000,
        from: "callback",
        providerMessageId: "0b7b8a52-6d1c-4f6e-9a4e-1d3ab2c51e01",
      },
    });
  });

  it("is delivery where the network reports no more than that it took the text, because AWS says that this is final", () => {
    expect(told(accepted ?? {})).toMatchObject({ receipt: { is: "carrier-accepted" } });
    expect(told(accomplished ?? {})).toMatchObject({ receipt: { is: "delivered" } });
  });

  it("of a text that was kept back says why", () => {
    expect(told(blocked ?? {})).toMatchObject({
      receipt: { is: "failed", reason: "fraud-blocked", code: "TEXT_PROTECT_BLOCKED" },
    });
  });

  it.each([
    ["TEXT_PENDING", { is: "provider-accepted" }],
    ["MEDIA_DELIVERED", { is: "delivered" }],
    ["MEDIA_BLOCKED", { is: "undelivered", reason: "blocked", mark: "unreachable" }],
    ["MEDIA_FILE_INACCESSIBLE", { is: "failed", reason: "file-unreachable" }],
    ["TEXT_QUEUED", { is: "provider-accepted" }],
    ["TEXT_SENT", { is: "carrier-accepted" }],
    ["TEXT_INVALID", { is: "undelivered", reason: "invalid-number", mark: "unreachable" }],
    ["TEXT_INVALID_MESSAGE", { is: "failed", reason: "content-invalid" }],
    ["TEXT_UNREACHABLE", { is: "undelivered", reason: "unreachable" }],
    ["TEXT_CARRIER_UNREACHABLE", { is: "undelivered", reason: "carrier-unreachable" }],
    ["TEXT_BLOCKED", { is: "undelivered", reason: "blocked", mark: "unreachable" }],
    ["TEXT_CARRIER_BLOCKED", { is: "undelivered", reason: "carrier-blocked" }],
    ["TEXT_SPAM", { is: "failed", reason: "content-blocked" }],
    ["TEXT_TTL_EXPIRED", { is: "expired", reason: "validity-over" }],
  ])("'%s' is %o", (eventType, receipt) => {
    expect(become(eventType)).toMatchObject({ receipt });
  });

  it("that nobody knows, or that belongs to no attempt, says nothing", () => {
    expect(become("TEXT_UNKNOWN")).toBeUndefined();
    expect(become("TEXT_NEW_KIND")).toBeUndefined();
    expect(told({ ...delivered, context: undefined })).toBeUndefined();
    expect(told({ ...delivered, context: { attempt: "somebody else's" } })).toBeUndefined();
  });
});

describe("what somebody writes", () => {
  it("comes in for the connection of the number they wrote to", () => {
    expect(told(vectors.twoWay)).toEqual({
      is: "arrived",
      arrived: {
        connection: "aws-sms-main",
        providerMessageId: "cae173d2-66b9-564c-8309-21f858e9fb84",
        channel: "sms",
        from: "+12125550123",
        to: "+18885550199",
        text: "Stop",
        mediaUrls: [],
        at: noon,
      },
    });
  });

  it("has been acted on by AWS where the number leaves its opt-outs to AWS", () => {
    const managed = { ...number, keywordsAnsweredBy: "provider" as const };
    expect(told(vectors.twoWay, managed)).toMatchObject({ arrived: { handledKeyword: "opt-out" } });
    expect(told({ ...vectors.twoWay, messageBody: "help " }, managed)).toMatchObject({
      arrived: { handledKeyword: "help" },
    });
    expect(told({ ...vectors.twoWay, messageBody: "Please stop" }, managed)).not.toHaveProperty(
      "arrived.handledKeyword",
    );
  });

  it("to a number that is not declared is kept nevertheless: it may be a STOP", () => {
    expect(told({ ...vectors.twoWay, destinationNumber: "+18885550000" })).toMatchObject({
      arrived: { connection: "undeclared", text: "Stop" },
    });
  });
});
