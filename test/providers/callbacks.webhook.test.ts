import twilio from "twilio";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Arrived, Receipt } from "../../functions/providers/provider.ts";
import { type Aws, startAws } from "../aws.ts";
import { call, host, type Request, type Secrets, startSecrets } from "./webhook.fixture.ts";

const accountSid = `AC${"1".repeat(32)}`;
const token = "0123456789abcdef0123456789abcdef";
const older = "fedcba9876543210fedcba9876543210";
const attemptId = "msg_01HZX0000000000000000000MM.1";
const publicUrl = `https://${host}`;
const delivered = {
  AccountSid: accountSid,
  MessageSid: `SM${"2".repeat(32)}`,
  MessageStatus: "delivered",
  ErrorCode: "",
};
const text = {
  AccountSid: accountSid,
  MessageSid: `SM${"3".repeat(32)}`,
  From: "+12125550123",
  To: "+15005550006",
  Body: "Stop",
};

let aws: Aws;
let secrets: Secrets;
let handler: Parameters<typeof call>[0];

beforeAll(async () => {
  aws = await startAws();
  const secret = { accountSid, authToken: token, previousAuthToken: older };
  const other = { accountSid: `AC${"9".repeat(32)}`, authToken: "9".repeat(32) };
  secrets = await startSecrets({ main: JSON.stringify(secret), other: JSON.stringify(other) });
  const queue = (name: string) => `${process.env["AWS_ENDPOINT_URL_SQS"]}/000000000000/${name}`;
  Object.assign(process.env, {
    TRACK_QUEUE_URL: queue("Track"),
    INBOUND_QUEUE_URL: queue("Inbound"),
    CONNECTION_SECRETS: JSON.stringify({ "twilio-main": "main", "twilio-other": "other" }),
  });
  ({ handler } = await import("../../functions/providers/callbacks.webhook.ts"));
});
afterAll(async () => {
  secrets.stop();
  await aws.stop();
});
beforeEach(() => {
  aws.queued.length = 0;
  aws.isQueueDown = false;
});

function signed(
  kind: "status" | "inbound",
  fields: Record<string, string>,
  more: Partial<Request> & { key?: string; connection?: string } = {},
): Request {
  const { key = token, connection = "twilio-main", ...rest } = more;
  const path =
    kind === "status" ? `/callbacks/${connection}/status/${attemptId}` : `/callbacks/${connection}/inbound`;
  return {
    path,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": twilio.getExpectedTwilioSignature(key, publicUrl + path, fields),
    },
    body: new URLSearchParams(fields).toString(),
    ...rest,
  };
}

describe("a status callback", () => {
  it("is put on the track queue and answered with nothing", async () => {
    expect(await call(handler, signed("status", delivered))).toMatchObject({ statusCode: 204 });
    expect(aws.queued.map((body) => Receipt.parse(JSON.parse(body)))).toMatchObject([
      { attemptId, is: "delivered", from: "callback", providerMessageId: delivered.MessageSid },
    ]);
  });

  it("may come as base64, as API Gateway sends forms", async () => {
    expect(await call(handler, signed("status", delivered, { isBase64: true }))).toMatchObject({
      statusCode: 204,
    });
  });

  it("may be signed with the token that is being rotated out", async () => {
    expect(await call(handler, signed("status", delivered, { key: older }))).toMatchObject({
      statusCode: 204,
    });
  });

  it("is answered 500 when it cannot be kept, so that the provider sends it again", async () => {
    aws.isQueueDown = true;
    expect(await call(handler, signed("status", delivered))).toMatchObject({ statusCode: 500 });
  });

  it("that says nothing we know is answered all the same: again would say no more", async () => {
    const fields = { ...delivered, MessageStatus: "levitating" };
    expect(await call(handler, signed("status", fields))).toMatchObject({ statusCode: 204 });
    expect(aws.queued).toEqual([]);
  });
});

describe("a message from a person", () => {
  it("is put on the inbound queue and answered with an empty TwiML document", async () => {
    expect(await call(handler, signed("inbound", text))).toEqual({
      statusCode: 200,
      headers: { "content-type": "text/xml" },
      body: "<Response/>",
    });
    expect(aws.queued.map((body) => Arrived.parse(JSON.parse(body)))).toMatchObject([
      { connection: "twilio-main", text: "Stop" },
    ]);
  });

  it("is answered 500 when it cannot be kept: a STOP must not get lost", async () => {
    aws.isQueueDown = true;
    expect(await call(handler, signed("inbound", text))).toMatchObject({ statusCode: 500 });
  });
});

describe("a request that Twilio did not make", () => {
  const refused: [string, () => Request, number][] = [
    ["without a signature", () => signed("status", delivered, { headers: {} }), 400],
    ["with another token", () => signed("status", delivered, { key: "x".repeat(32) }), 403],
    ["with a changed body", () => ({ ...signed("status", delivered), body: "MessageStatus=failed" }), 403],
    [
      "for another attempt",
      () => ({ ...signed("status", delivered), path: "/callbacks/twilio-main/status/msg_other.1" }),
      403,
    ],
    ["with a query that was not signed", () => ({ ...signed("status", delivered), query: "a=b" }), 403],
    [
      "of another account's, under that account's path",
      () => signed("status", delivered, { connection: "twilio-other", key: "9".repeat(32) }),
      403,
    ],
    [
      "by another account, under our path",
      () => signed("status", { ...delivered, AccountSid: `AC${"9".repeat(32)}` }, { key: "9".repeat(32) }),
      403,
    ],
    [
      "by our account for a foreign one",
      () => signed("status", { ...delivered, AccountSid: `AC${"9".repeat(32)}` }),
      403,
    ],
    [
      "for a connection that nobody declared",
      () => signed("status", delivered, { connection: "nobody" }),
      404,
    ],
    [
      "for something that every object has",
      () => signed("status", delivered, { connection: "__proto__" }),
      404,
    ],
    ["that is too large", () => signed("inbound", { ...text, Body: "x".repeat(300_000) }), 413],
    [
      "as JSON without a hash of the body",
      () => ({
        ...signed("status", {}),
        body: JSON.stringify(delivered),
        headers: {
          "content-type": "application/json",
          "x-twilio-signature": twilio.getExpectedTwilioSignature(
            token,
            `${publicUrl}/callbacks/twilio-main/status/${attemptId}`,
            {},
          ),
        },
      }),
      403,
    ],
  ];

  it.each(refused)("%s changes nothing", async (_, request, statusCode) => {
    expect(await call(handler, request())).toMatchObject({
      statusCode,
      headers: { "content-type": "application/problem+json" },
    });
    expect(aws.queued).toEqual([]);
  });

  it("costs no look-up of the secret after the first", async () => {
    await call(handler, signed("status", delivered));
    const before = secrets.asked.length;
    await call(handler, signed("status", delivered, { key: "x".repeat(32) }));
    expect(secrets.asked).toHaveLength(before);
  });
});
