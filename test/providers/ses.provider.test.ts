import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { awsClient } from "../../functions/platform/aws-client.ts";
import type { Mail, Outgoing } from "../../functions/providers/provider.ts";
import { sesProvider } from "../../functions/providers/ses.provider.ts";
import { aMailbox } from "../make.ts";
import { startRecorder, type Recorder } from "../platform/aws.fixture.ts";
import { sendsByOneCall } from "./over-aws.ts";

const attemptId = "msg_01HZX0000000000000000000MM.1";
let aws: Recorder;
beforeEach(async () => void (aws = await startRecorder()));
afterEach(() => aws.stop());

const unsubscribeUrl = "https://api.example.com/unsubscribe/token";
const mail: Mail = { fromName: "Northwind", stream: "transactional", unsubscribeUrl };

function anEmail(more: Partial<Outgoing> = {}): Outgoing {
  return {
    attemptId,
    channel: "email",
    to: aMailbox(),
    from: "hello@mail.northwind.example",
    content: { text: "Thank you.", subject: "Your receipt", mediaUrls: [] },
    validitySeconds: 300,
    statusUrl: "https://hooks.example.com/callbacks/ses-main/status/1",
    mail,
    ...more,
  };
}

const clientIn = (environment: Recorder["environment"]) =>
  awsClient({ attempts: 1, keeping: "while-busy", environment });
const send = (more: Partial<Outgoing> = {}, environment = aws.environment) =>
  sesProvider("heliograph-test", clientIn(environment)).send(anEmail(more));
const sent = () => JSON.parse(aws.arrived[0]?.body ?? "{}");

function says(status: number, body: object | string, headers: Record<string, string> = {}): void {
  aws.answers.push((response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

const refuses = (name: string, message: string, status = 400) =>
  says(status, { message }, { "x-amzn-errortype": name });

describe("an e-mail through Amazon SES", () => {
  it("goes out once, to one person, with its text, and carries its attempt's id", async () => {
    says(200, { MessageId: "m-1" });
    expect(await send()).toEqual({ is: "accepted", providerMessageId: "m-1" });
    const [{ headers, path } = { headers: {}, path: "" }] = aws.arrived;
    expect(sent()).toEqual({
      FromEmailAddress: '"Northwind" <hello@mail.northwind.example>',
      Destination: { ToAddresses: ["ada@example.com"] },
      Content: {
        Simple: {
          Subject: { Data: "Your receipt", Charset: "UTF-8" },
          Body: { Text: { Data: "Thank you.", Charset: "UTF-8" } },
        },
      },
      EmailTags: [{ Name: "attempt", Value: "msg_01HZX0000000000000000000MM-1" }],
      ConfigurationSetName: "heliograph-test-transactional",
    });
    expect(path).toBe("/v2/email/outbound-emails");
    expect(headers).toMatchObject({ "content-type": "application/json" });
    expect(headers["authorization"]).toContain("/ses/aws4_request");
  });

  it("of marketing leaves in a stream of its own, with the button that ends it", async () => {
    says(200, { MessageId: "m-1" });
    const content = { text: "News", subject: "News", html: "<p>News</p>", mediaUrls: [] };
    await send({
      content,
      mail: { ...mail, stream: "marketing", fromName: "Nørthwind", replyTo: "help@northwind.example" },
    });
    expect(sent()).toMatchObject({
      FromEmailAddress: "=?UTF-8?B?TsO4cnRod2luZA==?= <hello@mail.northwind.example>",
      ReplyToAddresses: ["help@northwind.example"],
      ConfigurationSetName: "heliograph-test-marketing",
      Content: {
        Simple: {
          Body: { Html: { Data: "<p>News</p>", Charset: "UTF-8" } },
          Headers: [
            { Name: "List-Unsubscribe", Value: `<${unsubscribeUrl}>` },
            { Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click" },
          ],
        },
      },
    });
  });

  const shut = (reason: string) => ({ is: "busy", reason, retryAfterSeconds: 60, isOutage: true });
  const busy = { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 };
  it.each([
    ["TooManyRequestsException", "Maximum sending rate exceeded.", busy],
    ["TooManyRequestsException", "Daily message quota exceeded.", shut("quota-used-up")],
    ["LimitExceededException", "Maximum sending rate exceeded.", busy],
    ["LimitExceededException", "Daily message quota exceeded.", shut("quota-used-up")],
    ["AccountSuspendedException", "", shut("account-suspended")],
    ["SendingPausedException", "", shut("sending-paused")],
    ["MailFromDomainNotVerifiedException", "", shut("sender-not-verified")],
    ["AccessDeniedException", "not authorized", shut("credentials-refused")],
    ["ExpiredTokenException", "", shut("credentials-refused")],
    [
      "MessageRejected",
      "Email address is not verified. The following identities failed the check in region US-EAST-1: ada@example.com",
      { is: "refused", reason: "not-verified", code: "MessageRejected" },
    ],
    [
      "MessageRejected",
      "Message rejected",
      { is: "refused", reason: "content-blocked", code: "MessageRejected" },
    ],
    [
      "BadRequestException",
      "Illegal address",
      { is: "refused", reason: "request-invalid", code: "BadRequestException" },
    ],
    [
      "NotFoundException",
      "Configuration set <x> does not exist.",
      { is: "refused", reason: "configuration", code: "NotFoundException" },
    ],
    ["NewException", "new", { is: "refused", reason: "unknown-code", code: "NewException" }],
  ])("%s (%s) proves that nothing was sent, and names nobody", async (name, message, expected) => {
    refuses(name, message);
    const result = await send();
    expect(result).toEqual(expected);
    expect(JSON.stringify(result)).not.toContain("@");
    expect(aws.arrived).toHaveLength(1);
  });

  sendsByOneCall({
    aws: () => aws,
    send: (environment) => send({}, environment),
    says,
    fails: () => refuses("InternalServiceErrorException", "", 500),
  });

  it("takes its files along as base64, each with its name and kind", async () => {
    says(200, { MessageId: "m-1" });
    const bytes = Uint8Array.from([0, 255, 10, 13]);
    const files = [{ name: "Rechnung ü.pdf", bytes, contentType: "application/pdf" }];
    await send({ mail: { ...mail, attached: { are: "there", files } } });
    expect(sent().Content.Simple.Attachments).toEqual([
      {
        FileName: "Rechnung ü.pdf",
        RawContent: "AP8KDQ==",
        ContentType: "application/pdf",
        ContentDisposition: "ATTACHMENT",
        ContentTransferEncoding: "BASE64",
      },
    ]);
  });

  it("does not go without its files: it is refused where they are gone for good, and comes back where they may return", async () => {
    const without = (reason: string, isLasting: boolean) =>
      send({ mail: { ...mail, attached: { are: "missing", reason, isLasting } } });
    expect(await without("attachment-not-found", true)).toEqual({
      is: "refused",
      reason: "attachment-not-found",
    });
    expect(await without("attachment-unavailable", false)).toMatchObject({ is: "busy" });
    expect(aws.arrived).toEqual([]);
  });

  it("goes to mailboxes alone, never without a subject, and cannot be looked up: its events tell", async () => {
    const phone = { id: "adr_phone", kind: "phone", value: "+12125550123", lineType: "mobile" } as const;
    expect(await send({ to: phone })).toEqual({ is: "refused", reason: "not-a-mailbox" });
    const content = { text: "Thank you.", mediaUrls: [] };
    expect(await send({ content })).toEqual({ is: "refused", reason: "subject-missing" });
    expect(aws.arrived).toEqual([]);
    expect(sesProvider("heliograph-test", awsClient()).find).toBeUndefined();
  });
});
