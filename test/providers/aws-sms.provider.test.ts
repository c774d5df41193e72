import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { awsClient } from "../../functions/platform/aws-client.ts";
import { awsSmsProvider } from "../../functions/providers/aws-sms.provider.ts";
import type { Outgoing } from "../../functions/providers/provider.ts";
import { startRecorder, type Recorder } from "../platform/aws.fixture.ts";
import { sendsByOneCall } from "./over-aws.ts";

const attemptId = "msg_01HZX0000000000000000000MM.1";
let aws: Recorder;
beforeEach(async () => void (aws = await startRecorder()));
afterEach(() => aws.stop());

function aText(more: Partial<Outgoing> = {}): Outgoing {
  return {
    attemptId,
    channel: "sms",
    to: { id: "adr_phone", kind: "phone", value: "+12125550123", lineType: "mobile" },
    from: "+18885550199",
    content: { text: "Your parcel arrives today.", mediaUrls: [] },
    validitySeconds: 300,
    statusUrl: "https://hooks.example.com/callbacks/aws-sms-main/status/1",
    ...more,
  };
}

const send = (more: Partial<Outgoing> = {}, environment = aws.environment) =>
  awsSmsProvider("heliograph-test", awsClient({ attempts: 1, keeping: "while-busy", environment })).send(
    aText(more),
  );

function says(status: number, body: object | string): void {
  aws.answers.push((response) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

const refuses = (name: string, Reason?: string, status = 400) =>
  says(status, {
    __type: `com.amazonaws.pinpointsmsvoicev2#${name}`,
    Message: "no",
    ...(Reason && { Reason }),
  });

describe("a text through AWS End User Messaging", () => {
  it("goes out once, for as long as it is of use, and carries its attempt's id and nothing of the person", async () => {
    says(200, { MessageId: "m-1" });
    expect(await send()).toEqual({ is: "accepted", providerMessageId: "m-1" });
    const [{ body, headers } = { body: "{}", headers: {} }] = aws.arrived;
    expect(JSON.parse(body)).toEqual({
      DestinationPhoneNumber: "+12125550123",
      OriginationIdentity: "+18885550199",
      MessageBody: "Your parcel arrives today.",
      ConfigurationSetName: "heliograph-test",
      TimeToLive: 300,
      Context: { attempt: attemptId },
    });
    expect(headers).toMatchObject({
      "x-amz-target": "PinpointSMSVoiceV2.SendTextMessage",
      "content-type": "application/x-amz-json-1.0",
    });
    expect(headers["authorization"]).toContain("/sms-voice/aws4_request");
  });

  it("goes out as a picture message with its file in our bucket", async () => {
    says(200, { MessageId: "m-1" });
    const content = { text: "Your parcel.", mediaUrls: ["s3://files/0a1b"] };
    expect(await send({ channel: "mms", content })).toEqual({ is: "accepted", providerMessageId: "m-1" });
    const [{ body, headers } = { body: "{}", headers: {} }] = aws.arrived;
    expect(JSON.parse(body)).toMatchObject({ MessageBody: "Your parcel.", MediaUrls: ["s3://files/0a1b"] });
    expect(headers).toMatchObject({ "x-amz-target": "PinpointSMSVoiceV2.SendMediaMessage" });
  });

  it.each([
    [1, 5],
    [299.9, 299],
    [1_000_000, 259_200],
  ])("lives %d seconds as %d", async (validitySeconds, TimeToLive) => {
    says(200, { MessageId: "m-1" });
    await send({ validitySeconds });
    expect(JSON.parse(aws.arrived[0]?.body ?? "{}")).toMatchObject({ TimeToLive });
  });

  it.each([
    ["ThrottlingException", undefined, { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 }],
    [
      "ConflictException",
      "DESTINATION_PHONE_NUMBER_OPTED_OUT",
      {
        is: "refused",
        reason: "opted-out",
        code: "DESTINATION_PHONE_NUMBER_OPTED_OUT",
        mark: "opted-out",
      },
    ],
    [
      "ConflictException",
      "DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
      { is: "refused", reason: "account-in-sandbox", code: "DESTINATION_PHONE_NUMBER_NOT_VERIFIED" },
    ],
    [
      "ConflictException",
      "RESOURCE_NOT_ACTIVE",
      { is: "refused", reason: "configuration", code: "RESOURCE_NOT_ACTIVE" },
    ],
    [
      "ValidationException",
      "DESTINATION_COUNTRY_BLOCKED",
      { is: "refused", reason: "country-blocked", code: "DESTINATION_COUNTRY_BLOCKED" },
    ],
    [
      "ValidationException",
      "FIELD_VALIDATION_FAILED",
      { is: "refused", reason: "request-invalid", code: "FIELD_VALIDATION_FAILED" },
    ],
    [
      "ResourceNotFoundException",
      undefined,
      { is: "refused", reason: "configuration", code: "ResourceNotFoundException" },
    ],
    [
      "ServiceQuotaExceededException",
      "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
      { is: "busy", reason: "spend-limit-reached", retryAfterSeconds: 60, isOutage: true },
    ],
    [
      "ServiceQuotaExceededException",
      "MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA",
      { is: "busy", reason: "spend-limit-reached", retryAfterSeconds: 60, isOutage: true },
    ],
    [
      "ValidationException",
      "MEDIA_TYPE_NOT_SUPPORTED",
      { is: "refused", reason: "file-type-unsupported", code: "MEDIA_TYPE_NOT_SUPPORTED" },
    ],
    [
      "AccessDeniedException",
      "ACCOUNT_DISABLED",
      { is: "busy", reason: "credentials-refused", retryAfterSeconds: 60, isOutage: true },
    ],
    [
      "ExpiredTokenException",
      undefined,
      { is: "busy", reason: "credentials-refused", retryAfterSeconds: 60, isOutage: true },
    ],
    ["NewException", undefined, { is: "refused", reason: "unknown-code", code: "NewException" }],
  ])("%s %s proves that nothing was sent, and is told as it is", async (name, reason, expected) => {
    refuses(name, reason);
    expect(await send()).toEqual(expected);
    expect(aws.arrived).toHaveLength(1);
  });

  sendsByOneCall({
    aws: () => aws,
    send: (environment) => send({}, environment),
    says,
    fails: () => refuses("InternalServerException", undefined, 500),
  });

  it("goes to phones alone, and cannot be looked up: its events tell", async () => {
    const device = {
      id: "adr_app",
      kind: "device",
      value: "t",
      platform: "fcm",
      permission: "granted",
    } as const;
    expect(await send({ to: device })).toEqual({ is: "refused", reason: "not-a-phone" });
    expect(aws.arrived).toEqual([]);
    const provider = awsSmsProvider("heliograph-test", awsClient());
    expect(provider.find, "nobody can be asked afterwards").toBeUndefined();
  });
});
