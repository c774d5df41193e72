import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { attemptOfToken, receiptToken } from "../../functions/messages/receipt-token.ts";
import { Receipt } from "../../functions/providers/provider.ts";
import { type Aws, startAws } from "../aws.ts";
import { call, type Secrets, startSecrets } from "../providers/webhook.fixture.ts";

const key = "k".repeat(40);
const attemptId = "msg_01HZX0000000000000000000MM.2";
const token = receiptToken(attemptId, key);

describe("a receipt token", () => {
  it("speaks for its attempt", () => {
    expect(attemptOfToken(token, key)).toBe(attemptId);
  });

  it.each([
    ["another attempt's", token.replace(".2.", ".3.")],
    ["one made with another key", receiptToken(attemptId, "x".repeat(40))],
    ["a cut one", token.slice(0, -1)],
    ["an empty one", ""],
    ["one for something else", receiptToken("con_1", key)],
    ["one with an odd character", `${token.slice(0, -1)}é`],
  ])("is not %s", (_, other) => {
    expect(attemptOfToken(other, key)).toBeUndefined();
  });
});

describe("a receipt from an app", () => {
  let aws: Aws;
  let secrets: Secrets;
  let handler: Parameters<typeof call>[0];
  const post = (body: unknown) =>
    call(handler, {
      path: "/v1/receipts",
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  beforeAll(async () => {
    aws = await startAws();
    secrets = await startSecrets({ receipts: JSON.stringify({ key }) });
    process.env["TRACK_QUEUE_URL"] = `${process.env["AWS_ENDPOINT_URL_SQS"]}/000000000000/Track`;
    process.env["RECEIPT_SECRET"] = "receipts";
    ({ handler } = await import("../../functions/messages/receipts.webhook.ts"));
  });
  afterAll(async () => {
    secrets.stop();
    await aws.stop();
  });
  beforeEach(() => {
    aws.queued.length = 0;
    aws.isQueueDown = false;
  });

  it.each([
    ["received", "delivered"],
    ["opened", "read"],
  ])("that it was %s proves '%s'", async (event, is) => {
    const at = "2026-11-23T17:00:00.000+01:00";
    expect(await post({ token, event, at })).toMatchObject({ statusCode: 202, body: '{"ok":true}' });
    const receipts = aws.queued.map((body) => Receipt.parse(JSON.parse(body)));
    expect(receipts).toEqual([{ attemptId, is, at: Date.UTC(2026, 10, 23, 16), from: "app" }]);
  });

  it("is never from the future, whatever the phone's clock says", async () => {
    await post({ token, event: "opened", at: "2199-01-01T00:00:00Z" });
    expect(JSON.parse(aws.queued[0] ?? "").at).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ["not JSON", "{", 400, "body.invalid"],
    ["another event", { token, event: "thrown-away" }, 400, "body.invalid"],
    ["an unknown field", { token, event: "opened", phone: "+12125550123" }, 400, "body.invalid"],
    ["a token that is not ours", { token: `${token}x`, event: "opened" }, 403, "receipt.invalid"],
  ])("with %s changes nothing", async (_, body, statusCode, code) => {
    const reply = await post(body);
    expect(reply.statusCode).toBe(statusCode);
    expect(JSON.parse(reply.body ?? "")).toMatchObject({ code });
    expect(aws.queued).toEqual([]);
  });

  it("is answered 500 when it cannot be kept, so that the app tries again", async () => {
    aws.isQueueDown = true;
    expect((await post({ token, event: "opened" })).statusCode).toBe(500);
  });
});
