import { type AwsClient, awsClient } from "../platform/aws-client.ts";
import { GetQueueAttributesCommand, sendAll, SendMessageCommand } from "../platform/sqs.store.ts";
import * as z from "zod/mini";
import type { HandAllToSenders, HandToSender, LaneOf, ToDeliver } from "../messages/hand-over.ts";
import { groupOf } from "./lanes.ts";
import { groupsOf, isPooled, lanesOf, pool } from "./rate.ts";
import type { Sender } from "./sender.ts";

/** What waits for a sender. */
export interface Backlog {
  /** The figures are those of all slow senders together, who share their queues. */
  readonly isShared: boolean;
  readonly urgent: number;
  readonly bulk: number;
  readonly inFlight: number;
}

/** The queues of the senders. */
export interface LaneStore {
  readonly handToSender: HandToSender;
  readonly handAllToSenders: HandAllToSenders;
  /** Approximate, as SQS counts. */
  readonly backlog: (senderId: string) => Promise<Backlog>;
}

const Queues = z.record(z.string(), z.object({ urgent: z.string(), bulk: z.string() }));

/** The urgent and bulk queue of each sender; of a message group SQS keeps one batch in flight, which keeps a contact's order. */
export function laneStore(senderQueues: string, senders: readonly Sender[], client = awsClient()): LaneStore {
  const queues = Queues.parse(JSON.parse(senderQueues));
  const queuesOf = (senderId: string) => {
    const sender = senders.find(({ id }) => id === senderId);
    const pair = sender && queues[isPooled(sender) ? pool : senderId];
    if (!pair) throw new Error(`Sender ${senderId} has no queues`);
    return { sender, pair };
  };
  const placed = (work: ToDeliver, { senderId, isUrgent, contactId }: LaneOf) => {
    const { sender, pair } = queuesOf(senderId);
    return {
      queue: isUrgent ? pair.urgent : pair.bulk,
      MessageBody: JSON.stringify(work),
      MessageGroupId: groupFor(sender, contactId, isUrgent),
      MessageDeduplicationId: work.attemptId,
    };
  };
  return {
    handToSender: async (work, to) => {
      const { queue, ...sent } = placed(work, to);
      await client.send(new SendMessageCommand({ QueueUrl: queue, ...sent }));
    },
    handAllToSenders: async (attempts) => {
      const all = attempts.map(({ work, to }) => placed(work, to));
      for (const [queue, some] of Map.groupBy(all, (one) => one.queue))
        await sendAll(
          client,
          queue,
          some.map(({ queue: _queue, ...sent }) => sent),
        );
    },
    backlog: async (senderId) => {
      const { sender, pair } = queuesOf(senderId);
      const [urgent, bulk] = await Promise.all([depthOf(client, pair.urgent), depthOf(client, pair.bulk)]);
      const inFlight = urgent.inFlight + bulk.inFlight;
      return { isShared: isPooled(sender), urgent: urgent.waiting, bulk: bulk.waiting, inFlight };
    },
  };
}

/** Of a slow sender only as many batches are in flight as it can send within a function's life. */
function groupFor(sender: Sender, contactId: string, isUrgent: boolean): string {
  const lanes = isUrgent ? lanesOf(sender).urgent : lanesOf(sender).bulk;
  return isPooled(sender) ? `${sender.id}-${groupOf(contactId, lanes)}` : groupOf(contactId, groupsOf(lanes));
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
