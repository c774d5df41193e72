import type { Message } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse } from "aws-lambda";
import type { Clock } from "./clock.ts";
import type { LocalFunction, Outcome } from "./lambda.ts";
import { withoutWindow } from "./deduplication.ts";

/** An event source mapping as the template declares it. */
export interface SourceDeclaration {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** How long a batch may be gathered from several receives. */
  readonly windowSeconds: number;
  readonly reportsItems: boolean;
  readonly maxConcurrency: number;
  readonly visibilitySeconds: number;
}

/** Makes a call of SQS as the function that is fed: on AWS polls count as its own, too. Throws what SQS refuses. */
export type AskQueue = (operation: string, input: object) => Promise<object>;

/** A poller that feeds a function from a queue. */
export interface Source {
  readonly busy: () => number;
  readonly stop: () => Promise<void>;
}

/** Seconds one receive waits for something to come. */
const longPollSeconds = 5;
/** Seconds that the queue waits longer than we do: the cloud's clock decides, the queue only heals what a kill left. */
const visibilityReserve = 60;
/** Most messages SQS gives in one receive, and takes in one delete. */
const mostOfReceive = 10;
/** Between two receives of a batch that is being gathered. */
const gatherMilliseconds = 200;
/** Pause after a failed receive. */
const breathMilliseconds = 100;
/** Between two looks whether a function has room again. */
const roomMilliseconds = 5;

/**
 * Polls a queue and invokes the function with batches, as Lambda's own pollers do; a batch of a FIFO queue may hold several groups.
 * Source: docs.aws.amazon.com, AWS Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings".
 */
export function startSource(
  declared: SourceDeclaration,
  target: LocalFunction,
  ask: AskQueue,
  clock: Clock,
): Source {
  const QueueUrl = declared.queueUrl;
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();

  const work = async (messages: readonly Message[]) => {
    const visibleAgainAt = clock.now() + declared.visibilitySeconds * 1000;
    // Two queues may feed one function: a batch that finds no room waits here, where it costs none of its receives.
    while (!target.hasRoom()) await pause(roomMilliseconds);
    if (stopping.signal.aborted) return;
    const outcome = await target.invoke({
      Records: messages.map((message) => recordOf(message, declared.queueArn)),
    });
    const failed = failedIn(outcome, messages, declared.reportsItems);
    const done = messages.filter(({ MessageId = "" }) => !failed.has(MessageId));
    for (let from = 0; from < done.length; from += mostOfReceive) {
      const some = done.slice(from, from + mostOfReceive);
      const Entries = some.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await ask("DeleteMessageBatch", { QueueUrl, Entries });
    }
    // What failed waits for its visibility, as on AWS, but by the cloud's clock.
    const again = messages.filter((message) => !done.includes(message));
    if (again.length > 0) clock.setTimer(visibleAgainAt, () => void showAllAgain(again));
  };
  const showAllAgain = async (messages: readonly Message[]) => {
    // Last to first: each goes to the head of its group.
    for (const message of messages.toReversed()) await showAgain(message);
  };
  const showAgain = async ({ ReceiptHandle }: Message) => {
    // The queue may have stopped.
    await ask("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }).catch(
      () => undefined,
    );
  };
  const receive = async (most: number, waitSeconds: number): Promise<readonly Message[]> => {
    const received: { readonly Messages?: readonly Message[] } = await ask("ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: Math.min(mostOfReceive, most),
      VisibilityTimeout: declared.visibilitySeconds + visibilityReserve,
      WaitTimeSeconds: waitSeconds,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return received.Messages ?? [];
  };
  /** One receive; where a window is declared, as many as fit into it once the first message has come. */
  const gather = async (): Promise<readonly Message[]> => {
    let last = await receive(declared.batchSize, longPollSeconds);
    const gathered = [...last];
    const end = performance.now() + declared.windowSeconds * 1000;
    while (gathered.length > 0 && gathered.length < declared.batchSize && performance.now() < end) {
      if (stopping.signal.aborted) break;
      // A full receive says that more is waiting.
      if (last.length < mostOfReceive) await pause(gatherMilliseconds);
      last = await receive(declared.batchSize - gathered.length, 0);
      gathered.push(...last);
    }
    return gathered;
  };
  const poll = async () => {
    while (!stopping.signal.aborted) {
      if (inFlight.size >= declared.maxConcurrency || !target.hasRoom()) {
        await Promise.race([...inFlight, pause()]);
        continue;
      }
      try {
        const messages = await gather();
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
    attributes: attributesOf(message),
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(
        ([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          {
            dataType: DataType,
            stringValue: StringValue,
            binaryValue: BinaryValue,
            stringListValues: [],
            binaryListValues: [],
          },
        ],
      ),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: "us-east-1",
  };
}

function attributesOf({ Attributes = {} }: Message): Record<string, string> {
  const { MessageDeduplicationId: id, ...others } = Attributes;
  return { ...others, ...(id && { MessageDeduplicationId: withoutWindow(id) }) };
}

function pause(milliseconds = breathMilliseconds): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
