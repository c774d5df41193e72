import { awsClient } from "../platform/aws-client.ts";
import { SendMessageCommand } from "../platform/sqs.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { log } from "../platform/log.ts";
import { Problem } from "../platform/problem.ts";
import { secretReader } from "../platform/secrets.store.ts";
import { onWebhook, type WebhookRequest } from "../platform/webhook.ts";
import { ConnectionSecrets } from "./all.provider.ts";
import { arrivedFrom, delayOf, receiptFrom } from "./callbacks.ts";
import { callbackRoutes } from "./callbacks.routes.ts";
import { TwilioSecret } from "./twilio.provider.ts";
import { type Fields, verified } from "./twilio-signature.ts";

const queues = { track: setting("TRACK_QUEUE_URL"), inbound: setting("INBOUND_QUEUE_URL") };
const declaredUrl = setting("PUBLIC_URL", "");
const secretNames = new Map(
  Object.entries(ConnectionSecrets.parse(JSON.parse(setting("CONNECTION_SECRETS")))),
);
const readSecret = secretReader();
const sqs = awsClient();

/** Takes what providers tell us: checks who speaks, keeps it on a queue, answers at once. */
export const handler = onWebhook(callbackRoutes, async (request) => {
  const connection = request.params["connection"] ?? "";
  const fields = await checked(request, connection);
  return request.route.endsWith("/inbound") ? takeInbound(fields, connection) : takeStatus(fields, request);
});

/** The connection is chosen by the path and its own secret: an account cannot sign for another one. */
async function checked(
  { headers, baseUrl, pathAndQuery, body }: WebhookRequest,
  connection: string,
): Promise<Fields> {
  const secretName = secretNames.get(connection);
  const signature = headers["x-twilio-signature"];
  if (!secretName) throw new Problem("route.not-found");
  if (!signature)
    throw new Problem("request.invalid", [{ field: "X-Twilio-Signature", message: "is missing" }]);
  const signed = {
    url: (declaredUrl || baseUrl) + pathAndQuery,
    body,
    contentType: headers["content-type"] ?? "",
    signature,
  };
  // A token that was changed signs at once, and what we remember is up to five minutes old.
  const fields = (await signedBy(signed, secretName, false)) ?? (await signedBy(signed, secretName, true));
  if (!fields) {
    log.warn("callback-refused", { connection });
    throw new Problem("signature.invalid");
  }
  return fields;
}

async function signedBy(
  signed: Parameters<typeof verified>[0],
  secretName: string,
  isRefused: boolean,
): Promise<Fields | undefined> {
  const secret = await readSecret(secretName, TwilioSecret, systemClock.now(), isRefused);
  const tokens = [secret.authToken, ...(secret.previousAuthToken ? [secret.previousAuthToken] : [])];
  const fields = verified(signed, tokens);
  return fields?.get("AccountSid")?.[0] === secret.accountSid ? fields : undefined;
}

async function takeStatus(fields: Fields, { params }: WebhookRequest) {
  const receipt = receiptFrom(fields, params["attemptId"] ?? "", systemClock.now());
  if (receipt) await keep(queues.track, receipt, delayOf(receipt));
  else log.warn("callback-without-meaning", {});
  return { statusCode: 204 };
}

async function takeInbound(fields: Fields, connection: string) {
  const arrived = arrivedFrom(fields, connection, systemClock.now());
  if (arrived) await keep(queues.inbound, arrived);
  else log.warn("inbound-without-meaning", { connection });
  return { statusCode: 200, headers: { "content-type": "text/xml" }, body: "<Response/>" };
}

/** A failure here answers 500, and the provider tries again. */
async function keep(QueueUrl: string, item: unknown, DelaySeconds = 0): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(item), DelaySeconds }));
}
