import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { aCloud, until } from "./cloud.fixture.ts";
import { aWorkedQueue, begun, ended, sqs, visibilitySeconds, worker } from "./cloud.queues.fixture.ts";

describe("a queue", () => {
  it("gives back only the failed items of a batch, after their visibility timeout on the cloud's clock", async () => {
    const test = await aCloud(aWorkedQueue(false), { worker });
    const { client, urlOf } = sqs(test);
    const Entries = ["good", "bad", "fine"].map((MessageBody) => ({ Id: MessageBody, MessageBody }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf("Work"), Entries }));
    await until(() => ended(test).length === 3);
    await until(() => begun(test).flat().length === 3);
    test.cloud.clock.advance(visibilitySeconds * 1000);
    await until(() => ended(test).length === 4);
    expect(
      begun(test)
        .flat()
        .filter(({ received }) => received === "2")
        .map(({ body }) => body),
    ).toEqual(["bad"]);
  });

  it("moves a message to the dead letters after maxReceiveCount", async () => {
    const test = await aCloud(aWorkedQueue(false), { worker });
    const { client, urlOf } = sqs(test);
    await client.send(new SendMessageCommand({ QueueUrl: urlOf("Work"), MessageBody: "bad" }));
    const dead = await until(async () => {
      test.cloud.clock.advance(visibilitySeconds * 1000);
      const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: urlOf("Dead") }));
      return Messages?.[0];
    });
    expect(dead.Body).toBe("bad");
    expect(ended(test)).toEqual(["bad", "bad"]);
  });

  it("gives back a whole batch when its function fails", async () => {
    const failing = `export const handler = async ({ Records }) => { note({ ends: Records.map(({ body }) => body) }); throw new Error("no"); };`;
    const test = await aCloud(aWorkedQueue(false), { worker: failing });
    const { client, urlOf } = sqs(test);
    await client.send(new SendMessageCommand({ QueueUrl: urlOf("Work"), MessageBody: "one" }));
    await until(() => ended(test).length === 1);
    await until(() => {
      test.cloud.clock.advance(visibilitySeconds * 1000);
      return ended(test).length === 2;
    });
    expect(ended(test)).toEqual(["one", "one"]);
  });

  it("keeps what waits in it over a restart", async () => {
    const test = await aCloud(aWorkedQueue(false), {
      worker: `export const handler = async ({ Records }) => note({ ends: Records.map(({ body }) => body) });`,
    });
    const { client, urlOf } = sqs(test);
    await client.send(new SendMessageCommand({ QueueUrl: urlOf("Dead"), MessageBody: "still here" }));
    await test.restart();
    const again = sqs(test);
    const { Messages } = await again.client.send(
      new ReceiveMessageCommand({ QueueUrl: again.urlOf("Dead") }),
    );
    expect(Messages?.map(({ Body }) => Body)).toEqual(["still here"]);
  });

  it("hands records to the function as Lambda writes them", async () => {
    const test = await aCloud(aWorkedQueue(false), {
      worker: `export const handler = async ({ Records }) => note(Records[0]);`,
    });
    const { client, urlOf } = sqs(test);
    const MessageAttributes = { kind: { DataType: "String", StringValue: "test" } };
    await client.send(
      new SendMessageCommand({ QueueUrl: urlOf("Work"), MessageBody: "hello", MessageAttributes }),
    );
    const [record] = await until(() => test.notes().length > 0 && test.notes());
    expect(record).toMatchObject({
      body: "hello",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:Work",
      awsRegion: "us-east-1",
      messageAttributes: {
        kind: { dataType: "String", stringValue: "test", stringListValues: [], binaryListValues: [] },
      },
      attributes: { ApproximateReceiveCount: "1" },
    });
  });
});
