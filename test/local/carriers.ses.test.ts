import { SendEmailCommand, type SendEmailCommandInput, SESv2Client } from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import { awsClient } from "../../functions/platform/aws-client.ts";
import { MailEvent, receiptOfMail } from "../../functions/providers/ses-events.ts";
import { sesProvider } from "../../functions/providers/ses.provider.ts";
import { handsetOfMailbox, type Switches } from "../../local/carriers/handset.ts";
import { topicsFor } from "../../local/topics.ts";
import { aMailbox } from "../make.ts";
import { aWorld } from "./carriers.fixture.ts";

const attemptId = "msg_01HZX0000000000000000000MM.1";
const from = "hello@mail.northwind.example";
const to = "ada@example.com";
const everything = ["send", "delivery", "deliveryDelay", "bounce", "complaint", "reject", "open"];

/** Carriers with an address at SES; what SES publishes is kept. */
async function aMailWorld(tells: readonly string[] = everything) {
  const events: Record<string, unknown>[] = [];
  const configurationSets = ["transactional", "marketing"].map((stream) => ({
    name: `heliograph-test-${stream}`,
    topicArn: `arn:${stream}`,
    tells,
  }));
  const mail = { identities: ["mail.northwind.example"], perSecond: 3, configurationSets };
  const world = await aWorld({
    accounts: [{ accountSid: "000000000000", authToken: "unused", numbers: [], mail }],
    publish: async (event, topicArn) => void events.push({ ...JSON.parse(event), topicArn }),
  });
  const client = new SESv2Client({
    region: "us-east-1",
    endpoint: world.carriers.url,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const input: SendEmailCommandInput = {
    FromEmailAddress: `"Northwind" <${from}>`,
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: {
        Subject: { Data: "Your receipt", Charset: "UTF-8" },
        Body: { Text: { Data: "Thank you.", Charset: "UTF-8" } },
      },
    },
    EmailTags: [{ Name: "attempt", Value: attemptId.replace(".", "-") }],
    ConfigurationSetName: "heliograph-test-transactional",
  };
  return {
    ...world,
    events,
    types: () => events.map(({ eventType }) => eventType),
    mails: () => world.handsets.mailsOf(to),
    send: (more: Partial<SendEmailCommandInput> = {}) =>
      client.send(new SendEmailCommand({ ...input, ...more })),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await world[Symbol.asyncDispose]();
    },
  };
}

describe("Amazon's own client for e-mail", () => {
  it("sends files along, which are saved and never shown, whatever they are", async () => {
    await using world = await aMailWorld();
    const page = Buffer.from("<script>alert(1)</script>");
    const Simple = {
      Subject: { Data: "Your invoice" },
      Body: { Text: { Data: "Here it is." } },
      Attachments: [{ FileName: "invoice 'ü'.html", RawContent: page, ContentType: "text/html" }],
    };
    const { MessageId } = await world.send({ Content: { Simple } });
    const url = `${world.carriers.url}/handsets/mail/${MessageId}/files`;
    const saved = await fetch(`${url}/0`);
    expect(Buffer.from(await saved.arrayBuffer())).toEqual(page);
    expect(Object.fromEntries(saved.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename*=UTF-8''invoice%20%27%C3%BC%27.html",
      "x-content-type-options": "nosniff",
    });
    expect((await fetch(`${url}/1`)).status).toBe(404);
  });

  it("sends one to a mailbox, and SES publishes what becomes of it where its set says", async () => {
    await using world = await aMailWorld();
    const { MessageId } = await world.send();
    await world.clock.until("delivered", () => world.events.length === 2);
    expect(world.mails()).toMatchObject([{ subject: "Your receipt", state: "arrived", id: MessageId }]);
    expect(world.types()).toEqual(["Send", "Delivery"]);
    expect(world.events[1]).toMatchObject({
      topicArn: "arn:transactional",
      delivery: { recipients: [to] },
      mail: {
        messageId: MessageId,
        destination: [to],
        tags: { attempt: ["msg_01HZX0000000000000000000MM-1"] },
      },
    });
  });

  const fates: readonly (readonly [Switches["mailbox"], readonly string[], object])[] = [
    ["gone", ["Send", "Bounce"], { bounce: { bounceType: "Permanent", bounceSubType: "General" } }],
    ["full", ["Send", "Bounce"], { bounce: { bounceType: "Transient", bounceSubType: "MailboxFull" } }],
    ["virus", ["Send", "Reject"], { reject: { reason: "Bad content" } }],
    ["complains", ["Send", "Delivery", "Complaint"], { complaint: { complaintFeedbackType: "abuse" } }],
  ];
  it.each(fates)("hears of a mailbox that is %s", async (mailbox, types, last) => {
    await using world = await aMailWorld();
    world.handsets.set(to, { mailbox });
    await world.send();
    await world.clock.until("over", () => world.events.length === types.length);
    expect(world.types()).toEqual(types);
    expect(world.events.at(-1)).toMatchObject(last);
    expect(world.mails()[0]?.arrivedAt !== undefined).toBe(mailbox === "complains");
  });

  it("hears of a delay, and then that it is there", async () => {
    await using world = await aMailWorld();
    world.handsets.set(to, { mailbox: "slow" });
    await world.send();
    await world.clock.until("delayed", () => world.types().includes("DeliveryDelay"));
    await world.clock.pass(61_000);
    await world.clock.until("delivered", () => world.types().includes("Delivery"));
    expect(world.types()).toEqual(["Send", "DeliveryDelay", "Delivery"]);
  });

  it("hears only what was asked for: nobody learns that an e-mail was opened", async () => {
    await using world = await aMailWorld(["delivery"]);
    const { MessageId = "" } = await world.send();
    await world.clock.until("delivered", () => world.events.length === 1);
    world.handsets.openMail(MessageId);
    await world.clock.pass(10_000);
    expect(world.types()).toEqual(["Delivery"]);
  });

  it.each(["bounce", "complaint"] as const)("meets Amazon's own mailbox simulator: %s", async (name) => {
    await using world = await aMailWorld();
    await world.send({ Destination: { ToAddresses: [`${name}@simulator.amazonses.com`] } });
    const type = name === "bounce" ? "Bounce" : "Complaint";
    await world.clock.until(type, () => world.types().includes(type));
    expect(world.types()[0]).toBe("Send");
  });

  it.each([
    [400, "MessageRejected"],
    [423, "SendingPausedException"],
    [429, "TooManyRequestsException"],
    [500, "InternalServiceErrorException"],
  ])("is refused as SES refuses: %d is %s", async (errorCode, name) => {
    await using world = await aMailWorld();
    world.handsets.set(to, { errorCode });
    await expect(world.send()).rejects.toMatchObject({ name });
    expect(world.handsets.truth().mails).toEqual([]);
  });

  it("is refused for an address that is not ours, a set that is not there, a tag that is none, and too much at once", async () => {
    await using world = await aMailWorld();
    await expect(world.send({ FromEmailAddress: "x@other.example" })).rejects.toMatchObject({
      name: "MessageRejected",
      message: expect.stringContaining("not verified"),
    });
    await expect(world.send({ ConfigurationSetName: "none" })).rejects.toMatchObject({
      name: "NotFoundException",
    });
    const dotted = { EmailTags: [{ Name: "attempt", Value: attemptId }] };
    await expect(world.send(dotted)).rejects.toMatchObject({ name: "BadRequestException" });
    const burst = await Promise.allSettled(Array.from({ length: 5 }, () => world.send()));
    expect(burst.filter(({ status }) => status === "rejected")).toHaveLength(2);
  });
});

describe("our provider for e-mail", () => {
  it("says the same over the wire as Amazon's own client, and its events come back to the attempt", async () => {
    await using world = await aMailWorld();
    const environment = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_SESV2: world.carriers.url,
    };
    const client = awsClient({ attempts: 1, keeping: "while-busy", environment });
    await world.send();
    const result = await sesProvider("heliograph-test", client).send({
      attemptId,
      channel: "email",
      to: aMailbox(),
      from,
      content: { text: "Thank you.", subject: "Your receipt", mediaUrls: [] },
      validitySeconds: 300,
      statusUrl: "",
      mail: { fromName: "Northwind", stream: "transactional", unsubscribeUrl: "https://x.example/" },
    });
    expect(result).toMatchObject({ is: "accepted" });
    const [theirs, ours] = world.handsets.truth().mails.map(({ id: _id, ...rest }) => rest);
    expect(ours).toEqual(theirs);
    await world.clock.until("both delivered", () => world.events.length === 4);
    for (const event of world.events)
      expect(receiptOfMail(MailEvent.parse(event))).toMatchObject({ attemptId });
  });
});

describe("the page", () => {
  it("shows an e-mail in a frame of its own, in which nothing runs", async () => {
    await using world = await aMailWorld();
    const html = "<script>parent.document.title = 'x'</script><h1>Thank you</h1>";
    const simple = { Subject: { Data: "x" }, Body: { Text: { Data: "x" }, Html: { Data: html } } };
    const { MessageId } = await world.send({ Content: { Simple: simple } });
    const shown = await fetch(`${world.carriers.url}/handsets/mail/${MessageId}`);
    const policy = shown.headers.get("content-security-policy");
    expect(policy).toMatch(/^sandbox [a-z- ]+; default-src 'none'/);
    expect(policy).not.toMatch(/allow-scripts|allow-same-origin|script-src/);
    expect(await shown.text()).toContain(html);
    expect((await fetch(`${world.carriers.url}/handsets/mail/none`)).status).toBe(404);
  });

  it.each([
    ["handset-12125550123@example.com", "+12125550123"],
    ["Ada@Example.com", "ada@example.com"],
  ])("has the mail of %s on %s", (mailbox, handset) => {
    expect(handsetOfMailbox(mailbox)).toBe(handset);
  });
});

describe("a topic with a filter", () => {
  it("lets through what has the fields that it asks for, and no greeting", async () => {
    const heard: string[] = [];
    const publish = topicsFor(
      [{ topicArn: "arn:t", queueArn: "q", needs: ["eventType"] }],
      async (_, text) => void heard.push(text),
    );
    await publish("arn:t", "Successfully validated SNS topic for Amazon SES event publishing.");
    await publish("arn:t", "null");
    await publish("arn:t", '{"eventType":"Send"}');
    expect(heard).toEqual(['{"eventType":"Send"}']);
  });
});
