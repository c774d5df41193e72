import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSBatchResponse } from "aws-lambda";
import type { LocalFunction, Outcome } from "./lambda.ts";

/** An event source mapping as the template declares it. */
export interface SourceDeclaration {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly reportsItems: boolean;
  readonly maxConcurrency: number;
  readonly visibilitySeconds: number;
}

/** A poller that feeds a function from a queue. */
export interface Source {
  readonly busy: () => number;
  readonly stop: () => Promise<void>;
}

/** Seconds one receive waits for something to come. */
const longPollSeconds = 5;
/** Pause after a throttle or a failed receive. */
const breathMilliseconds = 100;

/** Polls a queue and invokes the function with batches, as Lambda's own pollers do. */
export function startSource(declared: SourceDeclaration, target: LocalFunction, endpoint: string): Source {
  const client = new SQSClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();

  const work = async (messages: readonly Message[]) => {
    const outcome = await target.invoke({
      Records: messages.map((message) => recordOf(message, declared.queueArn)),
    });
    const failed = failedIn(outcome, messages, declared.reportsItems);
    const done = messages.filter(({ MessageId = "" }) => !failed.has(MessageId));
    if (done.length > 0) {
      const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: declared.queueUrl, Entries }));
    }
    // A throttled batch was not tried: it comes back at once. Everything else waits for its visibility, as on AWS.
    if (outcome.is === "throttled") await Promise.all(messages.map((message) => showAgain(message, 1)));
  };
  const showAgain = async ({ ReceiptHandle }: Message, VisibilityTimeout: number) => {
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: declared.queueUrl, ReceiptHandle, VisibilityTimeout }),
    );
  };
  const receive = async (): Promise<readonly Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: declared.queueUrl,
      MaxNumberOfMessages: Math.min(10, declared.batchSize),
      WaitTimeSeconds: longPollSeconds,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await client.send(command, { abortSignal: stopping.signal });
    return Messages;
  };
  const poll = async () => {
    while (!stopping.signal.aborted) {
      if (inFlight.size >= declared.maxConcurrency || !target.hasRoom()) {
        await Promise.race([...inFlight, pause()]);
        continue;
      }
      try {
        const messages = await receive();
        if (messages.length === 0) continue;
        const job: Promise<void> = work(messages)
          .catch(() => undefined)
          .finally(() => inFlight.delete(job));
        inFlight.add(job);
      } catch {
        // The queue's server is stopping or busy: try again unless we are stopping too.
        await pause();
      }
    }
  };
  const polling = poll();
  return {
    busy: () => inFlight.size,
    stop: async () => {
      stopping.abort();
      await polling;
      await Promise.race([Promise.allSettled(inFlight), pause(2_000)]);
      client.destroy();
    },
  };
}

function failedIn(
  outcome: Outcome,
  messages: readonly Message[],
  reportsItems: boolean,
): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId = "" }) => MessageId));
  if (outcome.is !== "result") return all;
  if (!reportsItems) return new Set();
  const { batchItemFailures = [] } = (outcome.value ?? {}) as Partial<SQSBatchResponse>;
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  // A name that was not in the batch fails the whole batch, as on AWS.
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}

function recordOf(message: Message, queueArn: string): Record<string, unknown> {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: message.MessageAttributes ?? {},
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: "us-east-1",
  };
}

function pause(milliseconds = breathMilliseconds): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
