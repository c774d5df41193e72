import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { aCloud, until } from "./cloud.fixture.ts";
import {
  aWorkedQueue,
  begun,
  ended,
  type Seen,
  sqs,
  toLane,
  visibilitySeconds,
  worker,
} from "./cloud.queues.fixture.ts";

describe("a FIFO queue", () => {
  it("may hand over several lanes at once, and each of them one batch at a time and in its order", async () => {
    const test = await aCloud(aWorkedQueue(true), { worker });
    const { client, urlOf } = sqs(test);
    for (const number of [1, 2, 3]) {
      const Entries = ["a", "b"].map((lane) => ({ Id: lane, ...toLane(lane, number) }));
      await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf("Work.fifo"), Entries }));
    }
    await until(() => ended(test).length === 6);
    for (const lane of ["a", "b"]) {
      const own = test
        .notes()
        .map(({ begins, ends }) =>
          ((begins as Seen[] | undefined)?.map(({ body }) => body) ?? (ends as string[])).filter((body) =>
            body.startsWith(lane),
          ),
        )
        .filter((bodies) => bodies.length > 0);
      // Whatever begins ends before the next begins.
      expect(own.every((batch, index) => index % 2 === 0 || batch.join() === own[index - 1]?.join())).toBe(
        true,
      );
      expect(own.filter((_, index) => index % 2 === 0).flat()).toEqual(
        [1, 2, 3].map((number) => `${lane}${number}`),
      );
    }
  });

  it("fills a batch with messages of one lane, and gives its failed ones back in their order", async () => {
    const picky = `let tries = 0; export const handler = async ({ Records }) => {
      const bodies = Records.map(({ body }) => body);
      note({ begins: bodies.map((body) => ({ body })) });
      tries += 1;
      return { batchItemFailures: tries === 1 ? Records.slice(1).map(({ messageId }) => ({ itemIdentifier: messageId })) : [] };
    };`;
    const test = await aCloud(aWorkedQueue(true), { worker: picky });
    const { client, urlOf } = sqs(test);
    const Entries = [1, 2, 3, 4].map((number) => ({ Id: String(number), ...toLane("a", number) }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf("Work.fifo"), Entries }));
    await until(() => begun(test).flat().length >= 4);
    await until(() => {
      test.cloud.clock.advance(visibilitySeconds * 1000);
      return begun(test).flat().length >= 7;
    });
    expect(
      begun(test)
        .flat()
        .map(({ body }) => body),
    ).toEqual(["a1", "a2", "a3", "a4", "a2", "a3", "a4"]);
  });

  it("never runs more batches at once than the function has reserved, and a batch that waits loses no receive", async () => {
    const test = await aCloud(aWorkedQueue(true, 2), { worker });
    const { client, urlOf } = sqs(test);
    const lanes = ["a", "b", "c", "d", "e", "f"];
    const Entries = lanes.map((lane) => ({ Id: lane, ...toLane(lane, 1) }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf("Work.fifo"), Entries }));
    await until(() => ended(test).length === lanes.length);
    const depths = test.notes().map(({ begins }) => (begins ? 1 : -1));
    const most = depths.reduce<readonly number[]>(
      (sums, change) => [...sums, (sums.at(-1) ?? 0) + change],
      [],
    );
    expect(Math.max(...most)).toBeLessThanOrEqual(2);
    expect(
      begun(test)
        .flat()
        .every(({ received }) => received === "1"),
    ).toBe(true);
  });

  it("takes the same deduplication id again when five minutes have passed on the cloud's clock", async () => {
    const test = await aCloud(aWorkedQueue(true), { worker });
    const { client, urlOf } = sqs(test);
    const send = () =>
      client.send(new SendMessageCommand({ QueueUrl: urlOf("Work.fifo"), ...toLane("a", 1) }));
    await send();
    await send();
    await until(() => ended(test).length === 1);
    test.cloud.clock.advance(301_000);
    await send();
    await until(() => ended(test).length === 2);
    expect(ended(test)).toEqual(["a1", "a1"]);
  });
});
