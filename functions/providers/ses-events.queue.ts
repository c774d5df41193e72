import { awsClient } from "../platform/aws-client.ts";
import { setting } from "../platform/env.ts";
import { log } from "../platform/log.ts";
import { onQueue } from "../platform/queue.ts";
import { SendMessageCommand } from "../platform/sqs.store.ts";
import { MailEvent, receiptOfMail } from "./ses-events.ts";

const QueueUrl = setting("TRACK_QUEUE_URL");
const sqs = awsClient();

/** Takes what Amazon SES tells us of e-mails. */
export const handler = onQueue(MailEvent, async (event) => {
  const receipt = receiptOfMail(event);
  if (!receipt) return log.warn("event-without-meaning", { type: event.eventType });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(receipt) }));
});
