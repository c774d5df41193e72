import { type AwsClient, awsClient } from "../platform/aws-client.ts";
import { GetQueueAttributesCommand, SendMessageCommand } from "../platform/sqs.store.ts";
import * as z from "zod";
import type { HandToSender } from "../messages/hand-over.ts";
import { laneOf } from "./lanes.ts";
import { lanesOf, type Sender } from "./sender.ts";

/** What waits for a sender. */
export interface Backlog {
  readonly urgent: number;
  readonly bulk: number;
  readonly inFlight: number;
}

/** The queues of the senders. */
export interface LaneStore {
  readonly handToSender: HandToSender;
  /** Approximate, as SQS counts. */
  readonly backlog: (senderId: string) => Promise<Backlog>;
}

const Queues = z.record(z.string(), z.object({ urgent: z.string(), bulk: z.string() }));

/** Each sender's urgent and bulk queue; a lane is a message group, of which SQS keeps one batch in flight. */
export function laneStore(senderQueues: string, senders: readonly Sender[], client = awsClient()): LaneStore {
  const queues = Queues.parse(JSON.parse(senderQueues));
  return {
    handToSender: async (work, { senderId, isUrgent, contactId }) => {
      const sender = senders.find(({ id }) => id === senderId);
      const queue = queues[senderId];
      if (!sender || !queue) throw new Error(`Sender ${senderId} has no queues`);
      const lanes = lanesOf(sender);
      await client.send(
        new SendMessageCommand({
          QueueUrl: isUrgent ? queue.urgent : queue.bulk,
          MessageBody: JSON.stringify(work),
          MessageGroupId: laneOf(contactId, isUrgent ? lanes.urgent : lanes.bulk),
          MessageDeduplicationId: work.attemptId,
        }),
      );
    },
    backlog: async (senderId) => {
      const queue = queues[senderId];
      if (!queue) throw new Error(`Sender ${senderId} has no queues`);
      const [urgent, bulk] = await Promise.all([depthOf(client, queue.urgent), depthOf(client, queue.bulk)]);
      return { urgent: urgent.waiting, bulk: bulk.waiting, inFlight: urgent.inFlight + bulk.inFlight };
    },
  };
}

async function depthOf(client: AwsClient, QueueUrl: string): Promise<{ waiting: number; inFlight: number }> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
