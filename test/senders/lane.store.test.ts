import { describe, expect, it } from "vitest";
import type { AwsClient, Command } from "../../functions/platform/aws-client.ts";
import { laneStore } from "../../functions/senders/lane.store.ts";
import { aSender } from "../make.ts";

const queues = JSON.stringify({
  "us-number": { urgent: "http://q/Urgent.fifo", bulk: "http://q/Bulk.fifo" },
  "*": { urgent: "http://q/SlowUrgent.fifo", bulk: "http://q/SlowBulk.fifo" },
});
const work = { messageId: "msg_1", attemptId: "msg_1.1" };

/** An SQS that writes down what it was asked. */
function aQueue(answer: object = {}, sender = aSender()) {
  const asked: unknown[] = [];
  const client: AwsClient = {
    send: async <Output extends object>({ input }: Command<Output>) => {
      asked.push(input);
      return answer as Output;
    },
  };
  return { asked, lanes: laneStore(queues, [sender], client) };
}

describe("handing over to a sender", () => {
  it("keeps a contact in their lane, and the same attempt twice is one", async () => {
    const { asked, lanes } = aQueue();
    const to = { senderId: "us-number", isUrgent: false, contactId: "con_1" };
    await lanes.handToSender(work, to);
    await lanes.handToSender(work, { ...to, isUrgent: true });
    expect(asked).toMatchObject([
      {
        QueueUrl: "http://q/Bulk.fifo",
        MessageDeduplicationId: "msg_1.1",
        MessageBody: JSON.stringify(work),
      },
      {
        QueueUrl: "http://q/Urgent.fifo",
        MessageDeduplicationId: "msg_1.1",
        MessageGroupId: expect.stringMatching(/^group-[0-7]$/),
      },
    ]);
  });

  it("lets slow senders share their queues, each in groups of its own", async () => {
    const { asked, lanes } = aQueue({}, aSender({ id: "slow", mps: 1 }));
    await lanes.handToSender(work, { senderId: "slow", isUrgent: false, contactId: "con_1" });
    expect(asked).toMatchObject([
      { QueueUrl: "http://q/SlowBulk.fifo", MessageGroupId: expect.stringMatching(/^slow-group-[0-4]$/) },
    ]);
  });

  it("puts ids on the queue and nothing about the person", async () => {
    const { asked, lanes } = aQueue();
    await lanes.handToSender(work, { senderId: "us-number", isUrgent: false, contactId: "con_1" });
    expect(JSON.stringify(asked)).not.toContain("con_1");
  });

  it("fails for a sender that was not deployed", async () => {
    const { lanes } = aQueue();
    await expect(
      lanes.handToSender(work, { senderId: "other", isUrgent: false, contactId: "con_1" }),
    ).rejects.toThrow("has no queues");
  });

  it("tells what waits", async () => {
    const Attributes = { ApproximateNumberOfMessages: "7", ApproximateNumberOfMessagesNotVisible: "2" };
    expect(await aQueue({ Attributes }).lanes.backlog("us-number")).toEqual({
      isShared: false,
      urgent: 7,
      bulk: 7,
      inFlight: 4,
    });
  });
});
