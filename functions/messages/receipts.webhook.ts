import { awsClient } from "../platform/aws-client.ts";
import { SendMessageCommand } from "../platform/sqs.store.ts";
import { jsonOf } from "../platform/api.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { fieldsOf, Problem } from "../platform/problem.ts";
import { secretReader } from "../platform/secrets.store.ts";
import { onWebhook } from "../platform/webhook.ts";
import type { Receipt } from "../providers/provider.ts";
import { attemptOfToken, ReceiptSecret } from "./receipt-token.ts";
import { AppReceipt, receiptRoutes } from "./receipts.routes.ts";

const queueUrl = setting("TRACK_QUEUE_URL");
const secretName = setting("RECEIPT_SECRET");
const readSecret = secretReader();
const sqs = awsClient();

/** Takes the proof that a person's app showed or opened a notification. */
export const handler = onWebhook([receiptRoutes.postReceipt.at], async ({ body }) => {
  const now = systemClock.now();
  const given = AppReceipt.safeParse(jsonOf(body));
  if (!given.success) throw new Problem("body.invalid", fieldsOf(given.error));
  const { key } = await readSecret(secretName, ReceiptSecret, now);
  const attemptId = attemptOfToken(given.data.token, key);
  if (!attemptId) throw new Problem("receipt.invalid", [{ field: "token", message: "is not one we made" }]);
  const { event, at, action } = given.data;
  const is = event === "opened" ? "read" : "delivered";
  const pressed = action && { reason: `action: ${action}` };
  const receipt: Receipt = { attemptId, is, at: seenAt(at, now), from: "app", ...pressed };
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(receipt) }));
  return {
    statusCode: 202,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ok: true }),
  };
});

/** A phone's clock may be wrong, but nothing was seen in the future. */
function seenAt(at: string | undefined, now: number): number {
  return at === undefined ? now : Math.min(now, Date.parse(at));
}
