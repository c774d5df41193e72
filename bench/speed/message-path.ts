import { fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { settings } from "../../functions/platform/env.ts";
import { inParts } from "../../functions/platform/in-parts.ts";
import { business } from "../../heliograph.config.ts";
import { bundleAt } from "../throughput/bundle.ts";
import { bulkCategory, senderId } from "../throughput/business.ts";

/** The message path's shipped functions in this process: what they call is elsewhere and costs nothing here. */
export interface MessagePath {
  /** Sends messages through all functions, from the API to the second receipt. */
  readonly send: (count: number) => Promise<void>;
  /** Calls of AWS so far, by operation. */
  readonly calls: () => Promise<Readonly<Record<string, number>>>;
  readonly stop: () => void;
}

type Handler = (
  event: unknown,
  context: object,
) => Promise<{ statusCode?: number; body?: string; batchItemFailures?: unknown[] }>;

/** Segments a second: as fast as a sender can be declared. */
const mps = 1000;
const atOnce = 32;
const batchSize = 10;
const inFlight = 200;
const publicUrl = "https://heliograph.test";
const accountSid = `AC${"0".repeat(32)}`;
const authToken = "a token of sixteen or more";
const context = { getRemainingTimeInMillis: () => 60_000 };
const at = 1_795_453_200_000;

/** Everybody has one phone in New York. */
const anybody = {
  pk: { S: "con_ANYBODY" },
  sk: { S: "profile" },
  updatedAt: { N: String(at) },
  contact: {
    M: {
      id: { S: "con_ANYBODY" },
      country: { S: "US" },
      timeZone: { S: "America/New_York" },
      attributes: { M: {} },
      preferences: { M: { channels: { L: [] } } },
      addresses: {
        L: [
          {
            M: {
              id: { S: "adr_01HZX0000000000000000000AA" },
              kind: { S: "phone" },
              value: { S: "+12125550123" },
              lineType: { S: "mobile" },
            },
          },
        ],
      },
      createdAt: { N: String(at) },
      updatedAt: { N: String(at) },
    },
  },
};

/** Starts what stands in for AWS and loads the functions. */
export async function openMessagePath(): Promise<MessagePath> {
  const server = fork(fileURLToPath(new URL("remembering.server.ts", import.meta.url)), [
    JSON.stringify(anybody),
  ]);
  const [port] = await once(server, "message");
  const url = `http://127.0.0.1:${port}`;
  server.send({
    twilio: JSON.stringify({ accountSid, authToken, baseUrl: url }),
    receipts: JSON.stringify({ key: "k".repeat(43) }),
  });
  Object.assign(process.env, environmentAt(url));
  const [api, deliver, callbacks, track] = (await Promise.all(
    [
      "messages/messages.api",
      "senders/deliver.queue",
      "providers/callbacks.webhook",
      "messages/track.queue",
    ].map(async (entry) => ((await import(await bundleAt(mps, entry))) as { handler: Handler }).handler),
  )) as [Handler, Handler, Handler, Handler];
  const look = async () => {
    server.send("look");
    const [seen] = (await once(server, "message")) as [{ queued: string[]; counts: Record<string, number> }];
    return seen;
  };
  let made = 0;

  const sendSome = async (count: number) => {
    const first = made;
    made += count;
    await inLanes(count, async (index) => {
      const { statusCode, body } = await api(requestFor(first + index), context);
      if (statusCode !== 202) throw new Error(`The API answered ${statusCode}: ${body}`);
    });
    const attempts = (await look()).queued;
    await work(deliver, attempts);
    // That a carrier took a text waits on its queue until the person has it.
    for (const status of ["delivered", "sent"]) {
      await inLanes(attempts.length, async (index) => {
        const { attemptId }: { attemptId: string } = JSON.parse(attempts[index] ?? "{}");
        const { statusCode } = await callbacks(callbackFor(attemptId, status), context);
        if (statusCode !== 204) throw new Error(`The webhook answered ${statusCode}`);
      });
      await work(track, (await look()).queued);
    }
  };
  return {
    send: async (count) => {
      for (let left = count; left > 0; left -= inFlight) await sendSome(Math.min(left, inFlight));
    },
    calls: async () => (await look()).counts,
    stop: () => server.disconnect(),
  };
}

function environmentAt(url: string): Record<string, string> {
  const queue = (name: string) => `${url}/000000000000/${name}`;
  return {
    ...Object.fromEntries(Object.keys(settings).map((name) => [name, name])),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "t".repeat(600),
    AWS_ENDPOINT_URL: url,
    PUBLIC_URL: publicUrl,
    CALLBACKS_URL: publicUrl,
    METRICS_NAMESPACE: "",
    LINKS: "",
    RECEIPT_SECRET: "receipts",
    TRACK_QUEUE_URL: queue("Track"),
    INTAKE_QUEUE_URL: queue("Intake"),
    INBOUND_QUEUE_URL: queue("Inbound"),
    SENDER_QUEUES: JSON.stringify(
      Object.fromEntries(
        ["*", ...business.senders.map(({ id }) => id)].map((id) => [
          id,
          { urgent: queue("u.fifo"), bulk: queue("b.fifo") },
        ]),
      ),
    ),
    CONNECTION_SECRETS: JSON.stringify(
      Object.fromEntries(business.connections.map(({ id }) => [id, "twilio"])),
    ),
  };
}

function requestFor(number: number) {
  const text = `Hello Ada, your order ${number} is on its way and arrives today between 10:00 and 12:00.`;
  const contactId = `con_${String(number).padStart(26, "0")}`;
  return {
    version: "2.0",
    routeKey: "POST /v1/messages",
    rawPath: "/v1/messages",
    rawQueryString: "",
    headers: { "content-type": "application/json", "idempotency-key": `order-${number}` },
    requestContext: { authorizer: { lambda: { keyId: "key_bench", scopes: "*", limit: "1000000000" } } },
    isBase64Encoded: false,
    body: JSON.stringify({ contactId, category: bulkCategory.id, content: { text } }),
  };
}

function callbackFor(attemptId: string, status: string) {
  const path = `/callbacks/twilio-main/status/${attemptId}`;
  const sid = `SM${"2".repeat(32)}`;
  const form = {
    AccountSid: accountSid,
    MessageSid: sid,
    MessageStatus: status,
    From: senderId,
    To: "+12125550123",
  };
  const names = Object.keys(form).toSorted() as (keyof typeof form)[];
  const signed = publicUrl + path + names.map((name) => name + form[name]).join("");
  return {
    rawPath: path,
    rawQueryString: "",
    requestContext: { http: { method: "POST" }, domainName: "heliograph.test" },
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": createHmac("sha1", authToken).update(signed).digest("base64"),
    },
    isBase64Encoded: true,
    body: Buffer.from(new URLSearchParams(form).toString()).toString("base64"),
  };
}

/** Batches of a queue, as Lambda's pollers hand them over. */
async function work(handler: Handler, bodies: readonly string[]): Promise<void> {
  const batches = inParts(bodies, batchSize);
  await inLanes(batches.length, async (index) => {
    const Records = (batches[index] ?? []).map((body, place) => ({
      messageId: `${body.length}-${index}-${place}-${Math.random()}`,
      body,
      attributes: { ApproximateReceiveCount: "1" },
    }));
    const { batchItemFailures = [] } = await handler({ Records }, context);
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} items failed`);
  });
}

async function inLanes(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}
