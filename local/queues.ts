import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type FauxqsServer, startFauxqs } from "fauxqs";

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
  readonly create: (queues: readonly QueueDeclaration[]) => void;
  /** Messages that are visible or in flight. */
  readonly depth: (name: string) => { readonly ready: number; readonly inFlight: number };
  readonly stop: () => Promise<void>;
}

/** Starts SQS on a free port; with a folder its messages survive. */
export async function startQueues(folder: string | undefined): Promise<Queues> {
  const dataDir = folder && join(folder, "queues");
  if (dataDir) mkdirSync(dataDir, { recursive: true });
  if (dataDir) releaseInFlight(join(dataDir, "fauxqs.db"));
  const server: FauxqsServer = await startFauxqs({
    port: 0,
    logger: false,
    host: "127.0.0.1",
    ...(dataDir && { dataDir }),
  });
  const url = `http://127.0.0.1:${server.port}`;
  const urlOf = (name: string) => `${url}/000000000000/${name}`;
  return {
    url,
    urlOf,
    create: (queues) => {
      // Dead letters first: the others point at them.
      const inOrder = queues.toSorted(
        (one, other) => Number(Boolean(one.deadLetter)) - Number(Boolean(other.deadLetter)),
      );
      for (const queue of inOrder)
        if (!server.inspectQueue(queue.name))
          server.createQueue(queue.name, { attributes: attributesOf(queue) });
    },
    depth: (name) => {
      const messages = server.inspectQueue(name)?.messages;
      return {
        ready: (messages?.ready.length ?? 0) + (messages?.delayed.length ?? 0),
        inFlight: messages?.inflight.length ?? 0,
      };
    },
    stop: () => server.stop(),
  };
}

/** What a killed run had in its hands comes back at once: nobody is left who could finish it. */
function releaseInFlight(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  database.exec("UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL");
  database.close();
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
