import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** A queue of dead letters and the queue that its items came from. */
export interface DeadQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** Undefined for runs of a function that nothing feeds: they are read and dropped, never redriven. */
  readonly source: { readonly name: string; readonly url: string } | undefined;
  readonly isFifo: boolean;
  readonly count: number;
}

/** Most dead letters that are looked at in one go. */
const lookLimit = 1_000;
/** How long a dead letter that is looked at is hidden from others. */
const lookSeconds = 30;

/** All queues of dead letters whose names begin with a prefix. */
export async function deadQueues(client: SQSClient, prefix: string): Promise<DeadQueue[]> {
  const urls: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListQueuesCommand({
        MaxResults: 1000,
        ...(prefix && { QueueNamePrefix: prefix }),
        ...(NextToken && { NextToken }),
      }),
    );
    urls.push(...(page.QueueUrls ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  const queues = await Promise.all(urls.map((url) => queueAt(client, url)));
  const sources = new Map(queues.flatMap((one) => (one.deadArn ? [[one.deadArn, one] as const] : [])));
  return queues
    .filter(({ deadArn }) => deadArn === undefined)
    .map(({ name, url, arn, count }) => {
      const source = sources.get(arn);
      return {
        name,
        url,
        arn,
        count,
        isFifo: name.endsWith(".fifo"),
        source: source && { name: source.name, url: source.url },
      };
    });
}

async function queueAt(client: SQSClient, url: string) {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }),
  );
  const policy = JSON.parse(Attributes.RedrivePolicy ?? "{}") as { deadLetterTargetArn?: string };
  return {
    url,
    name: url.slice(url.lastIndexOf("/") + 1),
    arn: Attributes.QueueArn ?? "",
    count: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    deadArn: policy.deadLetterTargetArn,
  };
}

/** Shows each dead letter to somebody, then to everybody again; of a FIFO queue's message group SQS shows ten. */
export async function lookAt(client: SQSClient, queue: DeadQueue): Promise<Message[]> {
  const seen: Message[] = [];
  for await (const batch of taken(client, queue, lookLimit)) seen.push(...batch);
  await Promise.all(seen.map((message) => show(client, queue, message)));
  return seen;
}

/** Moves dead letters back to the queue they came from, oldest first; what is moved twice is worked on twice and done once. */
export async function moveBack(client: SQSClient, queue: DeadQueue, limit: number): Promise<number> {
  if (!queue.source) throw new Error(`${queue.name} has no queue to go back to`);
  let count = 0;
  for await (const batch of taken(client, queue, limit)) {
    for (const message of batch) {
      await put(client, queue, message, message.Body ?? "");
      await remove(client, queue, message);
    }
    count += batch.length;
  }
  return count;
}

/** Drops dead letters that can never be done: one by its id, or all. */
export async function drop(client: SQSClient, queue: DeadQueue, id: string): Promise<number> {
  return each(client, queue, id, async () => undefined);
}

/** Puts a mended body on the queue in the place of a dead letter. */
export async function replace(
  client: SQSClient,
  queue: DeadQueue,
  id: string,
  body: string,
): Promise<number> {
  if (id === "all") throw new Error("A mended body is for one dead letter");
  return each(client, queue, id, (message) => put(client, queue, message, body));
}

async function each(
  client: SQSClient,
  queue: DeadQueue,
  id: string,
  before: (message: Message) => Promise<void>,
): Promise<number> {
  let count = 0;
  const others: Message[] = [];
  for await (const batch of taken(client, queue, lookLimit)) {
    const meant = batch.filter(({ MessageId }) => id === "all" || MessageId === id);
    others.push(...batch.filter((message) => !meant.includes(message)));
    for (const message of meant) {
      await before(message);
      await remove(client, queue, message);
    }
    count += meant.length;
    if (id !== "all" && count > 0) break;
  }
  await Promise.all(others.map((message) => show(client, queue, message)));
  return count;
}

async function* taken(client: SQSClient, { url }: DeadQueue, limit: number): AsyncGenerator<Message[]> {
  let left = limit;
  while (left > 0) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(10, left),
        VisibilityTimeout: lookSeconds,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) return;
    left -= Messages.length;
    yield Messages;
  }
}

async function put(client: SQSClient, queue: DeadQueue, message: Message, body: string): Promise<void> {
  await client.send(
    new SendMessageCommand({
      QueueUrl: queue.source?.url,
      MessageBody: body,
      ...(queue.isFifo && {
        MessageGroupId: message.Attributes?.MessageGroupId,
        // The old one would be taken for a repeat within five minutes.
        MessageDeduplicationId: `redriven-${message.MessageId}`,
      }),
    }),
  );
}

async function remove(client: SQSClient, { url }: DeadQueue, { ReceiptHandle }: Message): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
}

async function show(client: SQSClient, { url }: DeadQueue, { ReceiptHandle }: Message): Promise<void> {
  await client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
  );
}
