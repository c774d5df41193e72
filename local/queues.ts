import { join } from "node:path";
import type { Clock } from "./clock.ts";
import type { Meter } from "./meter.ts";
import { meterQueue } from "./meter-queues.ts";
import { deduplication } from "./deduplication.ts";
import { fillReceives } from "./fifo-batches.ts";
import { hangUp } from "./listen.ts";
import { openQueueEngine } from "./queue-engine.ts";
import { openStores } from "./queue-stores.ts";
import { type Run, startService } from "./service.ts";
import type { AskQueue } from "./sources.ts";
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
  readonly run: Run;
  readonly urlOf: (name: string) => string;
  /** Calls as whoever makes them; throws what the queues refuse. */
  readonly askedBy: (path: string) => AskQueue;
  /** How a service of the cloud puts a text on a queue. */
  readonly filledBy: (service: string) => (queueArn: string, text: string) => Promise<void>;
  readonly create: (queues: readonly QueueDeclaration[]) => void;
  /** Messages that are visible or in flight. */
  readonly depth: (name: string) => { readonly ready: number; readonly inFlight: number };
  /** Ends every receive that waits for something to come. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts SQS on a free port; with a folder its messages survive. */
export async function startQueues(folder: string | undefined, clock: Clock, meter: Meter): Promise<Queues> {
  const { stores, close } = await openStores(folder && join(folder, "queues"));
  const { sqsStore } = stores;
  sqsStore.region = place.region;
  const ask = await openQueueEngine(sqsStore);
  const dedup = deduplication(clock);
  const run: Run = async (operation, input, by) => {
    dedup(input);
    const answered = await ask(operation, input);
    meterQueue({ operation, input, answer: answered.answer, by }, meter);
    return answered;
  };
  const askedBy =
    (path: string): AskQueue =>
    async (operation, input) => {
      const { status, answer } = await run(operation, input, path);
      if (status !== 200) throw new Error(`${operation}: ${JSON.stringify(answer)}`);
      return answer;
    };
  const { server, url } = await startService(run);
  const urlOf = (name: string) => `${url}/${place.account}/${name}`;
  return {
    url,
    run,
    urlOf,
    askedBy,
    filledBy: (service) => async (queueArn, MessageBody) => {
      const QueueUrl = urlOf(queueArn.split(":").at(-1) ?? "");
      await askedBy(service)("SendMessage", { QueueUrl, MessageBody });
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
    wake: () => sqsStore.shutdown(),
    stop: async () => {
      sqsStore.shutdown();
      await hangUp(server);
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
