import { business } from "../../heliograph.config.ts";
import { awsClient } from "../platform/aws-client.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { log } from "../platform/log.ts";
import { onQueue } from "../platform/queue.ts";
import { SendMessageCommand } from "../platform/sqs.store.ts";
import { AwsSmsEvent, toldBy } from "./aws-sms-events.ts";

const queues = { receipt: setting("TRACK_QUEUE_URL"), arrived: setting("INBOUND_QUEUE_URL") };
const sqs = awsClient();
const connections = new Set(
  business.connections.filter(({ provider }) => provider === "aws-sms").map(({ id }) => id),
);
const numbers = business.senders.filter(({ connection }) => connections.has(connection));

/** Takes what AWS End User Messaging tells us: what became of texts, and what people wrote. */
export const handler = onQueue(AwsSmsEvent, async (event) => {
  const told = toldBy(event, numbers, systemClock.now());
  if (!told)
    return log.warn("event-without-meaning", { type: "eventType" in event ? event.eventType : "two-way" });
  const item = told.is === "receipt" ? told.receipt : told.arrived;
  await sqs.send(new SendMessageCommand({ QueueUrl: queues[told.is], MessageBody: JSON.stringify(item) }));
});
