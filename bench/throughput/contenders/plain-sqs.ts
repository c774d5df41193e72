import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { callMilliseconds, type Contender, type Task } from "../contender.ts";

/** A queue and as many functions at once as the rate needs if each call takes its usual time: no pace, no order of urgency. */
export async function open({ rate, send, now }: Task): Promise<Contender> {
  const client = new SQSClient({});
  const QueueUrl = process.env["PLAIN_QUEUE_URL"] ?? "";
  const stopping = new AbortController();
  const lane = async () => {
    while (!stopping.signal.aborted) {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 5 });
      const { Messages = [] } = await client.send(receive, { abortSignal: stopping.signal });
      for (const { Body = "", ReceiptHandle } of Messages) {
        await send(Body);
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };
  return {
    load: async (jobs) => {
      for (let from = 0; from < jobs.length; from += 10) {
        const batch = jobs.slice(from, from + 10);
        const Entries = batch.map(({ id }) => ({ Id: id, MessageBody: id }));
        await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    start: async () => {
      const reserved = Math.max(1, Math.round((rate * callMilliseconds) / 1000));
      // A lane ends when its receive is called off.
      for (let count = 0; count < reserved; count += 1) void lane().catch(() => undefined);
    },
    urge: async ({ id }) => {
      const at = now();
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: id }));
      return at;
    },
    stop: async () => stopping.abort(),
  };
}
