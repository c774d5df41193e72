import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import type { Clock } from "./clock.ts";
import type { Meter } from "./meter.ts";
import { meterQueue } from "./meter-queues.ts";
import { deduplication } from "./deduplication.ts";
import { fillReceives } from "./fifo-batches.ts";
import { openStores } from "./queue-stores.ts";
import { arn, place } from "./values.ts";

/** A queue as the template declares it. */
export interface QueueDeclaration {
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly isFifo: boolean;
  readonly deadLetter?: { readonly arn: string; readonly maxReceiveCount: number } | undefined;
}

/** The queues of the cloud. */
export interface Queues {
  readonly url: string;
  readonly urlOf: (name: string) => string;
  /** How a service of the cloud puts a text on a queue. */
  readonly filledBy: (service: string) => (queueArn: string, text: string) => Promise<void>;
  readonly create: (queues: readonly QueueDeclaration[]) => void;
  /** Messages that are visible or in flight. */
  readonly depth: (name: string) => { readonly ready: number; readonly inFlight: number };
  readonly stop: () => Promise<void>;
}

/** Starts SQS on a free port; with a folder its messages survive. */
export async function startQueues(folder: string | undefined, clock: Clock, meter: Meter): Promise<Queues> {
  const { stores, close } = await openStores(folder && join(folder, "queues"));
  const app = buildApp({ logger: false, defaultRegion: place.region, stores });
  const dedup = deduplication(clock);
  app.addHook("preHandler", async ({ body }) => dedup(body));
  app.addHook("onSend", async ({ headers, body }, _, reply) => meterQueue(headers, body, reply, meter));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const urlOf = (name: string) => `${url}/${place.account}/${name}`;
  const { sqsStore } = stores;
  const clients: SQSClient[] = [];
  return {
    url,
    urlOf,
    filledBy: (service) => {
      const credentials = { accessKeyId: service, secretAccessKey: "local" };
      const client = new SQSClient({ endpoint: url, region: place.region, credentials });
      clients.push(client);
      return async (queueArn, text) => {
        const QueueUrl = urlOf(queueArn.split(":").at(-1) ?? "");
        await client.send(new SendMessageCommand({ QueueUrl, MessageBody: text }));
      };
    },
    create: (queues) => {
      // Dead letters first: the others point at them.
      const inOrder = queues.toSorted(
        (one, other) => Number(Boolean(one.deadLetter)) - Number(Boolean(other.deadLetter)),
      );
      for (const queue of inOrder) {
        const kept = sqsStore.getQueueByName(queue.name);
        if (kept) kept.setAttributes(attributesOf(queue));
        else sqsStore.createQueue(queue.name, urlOf(queue.name), arn("sqs", queue.name), attributesOf(queue));
        const made = sqsStore.getQueueByName(queue.name);
        if (made?.isFifo()) fillReceives(made);
      }
    },
    depth: (name) => {
      const messages = sqsStore.inspectQueue(name)?.messages;
      return {
        ready: (messages?.ready.length ?? 0) + (messages?.delayed.length ?? 0),
        inFlight: messages?.inflight.length ?? 0,
      };
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await app.close();
      close();
    },
  };
}

function attributesOf({ visibilitySeconds, isFifo, deadLetter }: QueueDeclaration): Record<string, string> {
  return {
    VisibilityTimeout: String(visibilitySeconds),
    ...(isFifo && { FifoQueue: "true", ContentBasedDeduplication: "false" }),
    ...(deadLetter && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetter.arn,
        maxReceiveCount: deadLetter.maxReceiveCount,
      }),
    }),
  };
}
