import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  PinpointSMSVoiceV2Client,
  SendMediaMessageCommand,
  SendTextMessageCommand,
  type SendTextMessageCommandInput,
} from "@aws-sdk/client-pinpoint-sms-voice-v2";
import { describe, expect, it } from "vitest";
import { awsClient } from "../../functions/platform/aws-client.ts";
import { fileStore } from "../../functions/platform/files.store.ts";
import { AwsSmsEvent, toldBy } from "../../functions/providers/aws-sms-events.ts";
import { awsSmsProvider } from "../../functions/providers/aws-sms.provider.ts";
import type { Switches } from "../../local/carriers/handset.ts";
import { filesOn } from "../../local/files.ts";
import { openShelf } from "../../local/store.ts";
import { aSender, noon } from "../make.ts";
import { aWorld, person } from "./carriers.fixture.ts";

const number = "+18885550199";
const attemptId = "msg_01HZX0000000000000000000MM.1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** Carriers with a number at AWS; what AWS publishes is kept. */
async function anAwsWorld(filesUrl?: string) {
  const events: Record<string, unknown>[] = [];
  const numbers = [{ number, mps: 3, optOut: "none", provider: "aws-sms" }] as const;
  const world = await aWorld({
    accounts: [{ accountSid: "000000000000", authToken: "unused", numbers }],
    publish: async (event) => void events.push(JSON.parse(event)),
    ...(filesUrl && { filesUrl }),
  });
  const client = new PinpointSMSVoiceV2Client({
    region: "us-east-1",
    endpoint: world.carriers.url,
    credentials,
    maxAttempts: 1,
  });
  const input = {
    DestinationPhoneNumber: person,
    OriginationIdentity: number,
    MessageBody: "Your parcel is here.",
    ConfigurationSetName: "heliograph-test",
    TimeToLive: 300,
    Context: { attempt: attemptId },
  } satisfies SendTextMessageCommandInput;
  return {
    ...world,
    events,
    types: () => events.map(({ eventType }) => eventType),
    send: (more: Partial<SendTextMessageCommandInput> = {}) =>
      client.send(new SendTextMessageCommand({ ...input, ...more })),
    sendPicture: (...MediaUrls: string[]) =>
      client.send(new SendMediaMessageCommand({ ...input, MediaUrls })),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await world[Symbol.asyncDispose]();
    },
  };
}

describe("AWS's own client for texts", () => {
  it("sends one to a phone, and AWS publishes what becomes of it", async () => {
    await using world = await anAwsWorld();
    const { MessageId } = await world.send();
    await world.clock.until("delivered", () => world.events.length === 2);
    expect(world.handsets.messagesOf(person)).toMatchObject([
      { body: "Your parcel is here.", sender: number, status: "delivered" },
    ]);
    expect(world.types()).toEqual(["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]);
    expect(world.events[1]).toMatchObject({
      isFinal: true,
      messageId: MessageId,
      destinationPhoneNumber: person,
      context: { attempt: attemptId },
      messageStatus: "DELIVERED",
    });
  });

  const failures: readonly (readonly [string, Partial<Switches>, string])[] = [
    ["a landline", { landline: true }, "TEXT_INVALID"],
    ["a text blocked as spam", { errorCode: 30_007 }, "TEXT_SPAM"],
    ["a carrier that is gone", { errorCode: 30_008 }, "TEXT_CARRIER_UNREACHABLE"],
  ];
  it.each(failures)("hears of %s", async (_, switches, type) => {
    await using world = await anAwsWorld();
    world.handsets.set(person, switches);
    await world.send();
    await world.clock.until("over", () => world.types().includes(type));
    expect(world.events.at(-1)).toMatchObject({ eventType: type, isFinal: true });
  });

  it("hears that a text outlived its time", async () => {
    await using world = await anAwsWorld();
    world.handsets.set(person, { queueSeconds: 60 });
    await world.send({ TimeToLive: 30 });
    await world.clock.pass(61_000);
    await world.clock.until("expired", () => world.types().includes("TEXT_TTL_EXPIRED"));
    expect(world.handsets.messagesOf(person)[0]?.arrivedAt).toBeUndefined();
  });

  it.each([
    [21_610, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"],
    [21_408, "ValidationException", "DESTINATION_COUNTRY_BLOCKED"],
    [21_611, "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"],
    [20_503, "InternalServerException", undefined],
  ])("is refused as AWS refuses: %d is %s", async (errorCode, name, Reason) => {
    await using world = await anAwsWorld();
    world.handsets.set(person, { errorCode });
    await expect(world.send()).rejects.toMatchObject({ name, ...(Reason && { Reason }) });
    expect(world.handsets.truth().texts).toEqual([]);
  });

  it("is refused for what is no text, no number of ours, and too much at once", async () => {
    await using world = await anAwsWorld();
    await expect(world.send({ MessageBody: "" })).rejects.toMatchObject({ name: "ValidationException" });
    await expect(world.send({ TimeToLive: 1 })).rejects.toMatchObject({ name: "ValidationException" });
    await expect(world.send({ OriginationIdentity: "+18885550000" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    const burst = await Promise.allSettled(Array.from({ length: 5 }, () => world.send()));
    const refused = burst.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: { name: "ThrottlingException" } });
  });

  it("only checks a text that is not to be sent", async () => {
    await using world = await anAwsWorld();
    expect(await world.send({ DryRun: true })).toHaveProperty("MessageId");
    expect(world.handsets.truth().texts).toEqual([]);
  });
});

/** Buckets that the carriers can reach; they end with the test. */
async function someBuckets() {
  const shelf = openShelf(undefined);
  const files = filesOn(shelf);
  const server = createServer((request, response) => void files.front(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = {
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: url,
  };
  return {
    url,
    keep: fileStore(awsClient({ environment }), "files"),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      shelf.close();
    },
  };
}

describe("AWS's own client for picture messages", () => {
  it("sends a file out of a bucket, and AWS publishes what becomes of it", async () => {
    await using buckets = await someBuckets();
    await using world = await anAwsWorld(buckets.url);
    await world.sendPicture(
      await buckets.keep("0a1b", { type: "image/png", bytes: Buffer.from("a picture") }),
    );
    await world.clock.until("delivered", () => world.events.length === 2);
    expect(world.types()).toEqual(["MEDIA_SUCCESSFUL", "MEDIA_DELIVERED"]);
    const [text] = world.handsets.messagesOf(person);
    expect(text).toMatchObject({ mediaUrls: [`${buckets.url}/files/0a1b`], segments: 1 });
    expect(await (await fetch(text?.mediaUrls[0] ?? "")).text()).toBe("a picture");
  });

  it("shows a file that is only an address from where it is", async () => {
    await using buckets = await someBuckets();
    await using world = await anAwsWorld(buckets.url);
    const shop = "https://shop.northwind.example/parcel.png";
    await world.sendPicture(await buckets.keep("0a1b", { type: "text/uri-list", bytes: Buffer.from(shop) }));
    expect(world.handsets.truth().texts).toMatchObject([{ mediaUrls: [shop] }]);
  });

  it("hears of a file that is not there, and is refused for two and for one that is in no bucket", async () => {
    await using buckets = await someBuckets();
    await using world = await anAwsWorld(buckets.url);
    await world.sendPicture("s3://files/gone");
    await world.clock.until("over", () => world.types().includes("MEDIA_FILE_INACCESSIBLE"));
    for (const addresses of [["s3://files/1", "s3://files/2"], ["https://shop.example/1.png"]])
      await expect(world.sendPicture(...addresses)).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("our provider for texts by AWS", () => {
  it("says the same over the wire as AWS's own client, and its events come back to the attempt", async () => {
    await using world = await anAwsWorld();
    const environment = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: world.carriers.url,
    };
    const provider = awsSmsProvider(
      "heliograph-test",
      awsClient({ attempts: 1, keeping: "while-busy", environment }),
    );
    await world.send();
    const result = await provider.send({
      attemptId,
      channel: "sms",
      to: { id: "adr_phone", kind: "phone", value: person, lineType: "mobile" },
      from: number,
      content: { text: "Your parcel is here.", mediaUrls: [] },
      validitySeconds: 300,
      statusUrl: "",
    });
    expect(result).toMatchObject({ is: "accepted" });
    const [theirs, ours] = world.handsets.truth().texts.map(({ sid: _sid, ...rest }) => rest);
    expect(ours).toEqual(theirs);
    await world.clock.until("both delivered", () => world.events.length === 4);
    const numbers = [aSender({ identity: number, connection: "aws-sms-main" })];
    const told = world.events.map((event) => toldBy(AwsSmsEvent.parse(event), numbers, noon));
    for (const one of told) expect(one).toMatchObject({ is: "receipt", receipt: { attemptId } });
  });

  it("hears what a person writes to a number at AWS", async () => {
    await using world = await anAwsWorld();
    world.handsets.answer(person, number, "STOP");
    await world.clock.until("published", () => world.events.length === 1);
    expect(world.events[0]).toMatchObject({
      originationNumber: person,
      destinationNumber: number,
      messageBody: "STOP",
    });
    await world.clock.until("noted", () => world.handsets.messagesOf(person)[0]?.webhook === "answered");
  });
});

describe("a provider that is out", () => {
  it("answers with server errors, takes nothing, and counts what it was asked", async () => {
    await using world = await anAwsWorld();
    world.carriers.outages.set("aws-sms", "errors");
    await expect(world.send()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(world.handsets.truth().texts).toEqual([]);
    expect(world.carriers.outages.counts()).toEqual({ POST: 1 });
    world.carriers.outages.set("aws-sms", undefined);
    expect(await world.send()).toHaveProperty("MessageId");
  });
});
