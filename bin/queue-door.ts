import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { hangUp, listen } from "../local/listen.ts";

/** One item that a function puts on a queue, as it goes over the wire. */
export interface Sent {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** A door between the functions and their queues. */
export interface QueueDoor {
  /** Where the functions are to look for SQS. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** What comes by: the item that goes on in its place, and copies that follow whenever they are sent. */
export type Watch = (sent: Sent, copy: (again: Sent) => Promise<void>) => Promise<Sent> | Sent;

/** Opens a door at which a drill sees, changes and repeats what is put on queues; everything else passes. */
export async function openQueueDoor(watch: Watch): Promise<QueueDoor> {
  const server = createServer((request, response) => {
    answer(request, watch).then(
      ({ status, text }) =>
        response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  return { url: await listen(server), stop: () => hangUp(server) };
}

interface Batch {
  readonly QueueUrl: string;
  readonly Entries: readonly Omit<Sent, "QueueUrl">[];
}

async function answer(request: IncomingMessage, watch: Watch): Promise<{ status: number; text: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const input: Sent | Batch = JSON.parse(Buffer.concat(chunks).toString());
  const operation = String(request.headers["x-amz-target"]).split(".")[1];
  const copy = async (again: Sent) => void (await passOn("SendMessage", again, request.headers));
  if (operation === "SendMessage")
    return passOn(operation, await watch(input as Sent, copy), request.headers);
  if (operation !== "SendMessageBatch") return passOn(String(operation), input, request.headers);
  const { QueueUrl, Entries } = input as Batch;
  const entries = await Promise.all(
    Entries.map(async (entry) => {
      const { QueueUrl: _, ...passed } = await watch({ ...entry, QueueUrl }, copy);
      return { ...entry, ...passed };
    }),
  );
  return passOn(operation, { QueueUrl, Entries: entries }, request.headers);
}

/** Where the queues really are, as the last address of one said. */
let origin = "";

async function passOn(
  operation: string,
  input: Sent | Batch,
  headers: IncomingHttpHeaders,
): Promise<{ status: number; text: string }> {
  // To list queues no queue is named.
  if (input.QueueUrl) ({ origin } = new URL(input.QueueUrl));
  const response = await fetch(origin, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
      authorization: headers.authorization ?? "",
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, text: await response.text() };
}
