import type { Meter } from "./meter.ts";
import { queueUnits } from "./meter-units.ts";

interface Asked {
  readonly QueueUrl?: string;
  readonly MessageBody?: string;
  readonly Entries?: readonly { readonly MessageBody?: string }[];
}

interface Got {
  readonly Messages?: readonly { readonly Body?: string }[];
}

/** A request to a queue and its answer. */
export interface QueueCall {
  readonly operation: string;
  readonly input: object;
  readonly answer: object;
  /** Who made it. */
  readonly by: string;
}

/** Counts one request to a queue as SQS bills it: a batch is one request for each 64 KB of it. */
export function meterQueue({ operation, input, answer, by: path }: QueueCall, meter: Meter): void {
  const { QueueUrl = "", MessageBody, Entries = [] }: Asked = input;
  const kind = QueueUrl.endsWith(".fifo") ? "fifo" : "standard";
  const queue = QueueUrl.split("/").at(-1);
  if (operation.startsWith("SendMessage")) {
    const texts = MessageBody === undefined ? Entries.map((one) => one.MessageBody ?? "") : [MessageBody];
    meter.count(path, `sqs.${kind}.sends`, queueUnits(Buffer.byteLength(texts.join(""))), queue);
    meter.count(path, "sqs.sentMessages", texts.length, queue);
  } else if (operation === "ReceiveMessage") {
    const { Messages = [] }: Got = answer;
    if (Messages.length === 0) return meter.count(path, `sqs.${kind}.emptyReceives`, 1, queue);
    const bytes = Messages.reduce((sum, { Body = "" }) => sum + Buffer.byteLength(Body), 0);
    meter.count(path, `sqs.${kind}.receives`, queueUnits(bytes), queue);
    meter.count(path, "sqs.receivedMessages", Messages.length, queue);
  } else if (operation.startsWith("DeleteMessage")) {
    meter.count(path, `sqs.${kind}.deletes`, 1, queue);
    meter.count(path, "sqs.deletedMessages", Entries.length || 1, queue);
  } else meter.count(path, `sqs.${kind}.others`, 1, queue);
}
