import { createHmac } from "node:crypto";
import * as z from "zod/mini";
import type { Webhook } from "./webhook.ts";

/** The secret that all endpoints' secrets are made from, in Secrets Manager: none of them is kept anywhere. */
export const WebhookSecret = z.object({ key: z.string().check(z.minLength(32)) });

/** The secret of an endpoint, in the form of Standard Webhooks; the next number is another secret. */
export function secretOf(webhookId: string, number: number, key: string): string {
  return `${prefix}${createHmac("sha256", key).update(`${webhookId}/${number}`).digest("base64")}`;
}

const prefix = "whsec_";

/** Numbers of the secrets that an endpoint may check with: while they overlap, two. */
export function secretsInUse({ secretNumber, previousUntil }: Webhook, now: number): readonly number[] {
  const isOverlapping = previousUntil !== undefined && previousUntil > now;
  return isOverlapping ? [secretNumber, secretNumber - 1] : [secretNumber];
}

/** What is signed: exactly these bytes, under this id, at this time. */
export interface Signable {
  readonly id: string;
  /** The instant of this try, not of the event: receivers refuse what is five minutes old. */
  readonly at: number;
  readonly body: string;
}

/** The headers of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks), one signature for each secret. */
export function signedHeaders(
  { id, at, body }: Signable,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = secrets.map((secret) => `v1,${signatureOf(`${id}.${timestamp}.${body}`, secret)}`);
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}

function signatureOf(signed: string, secret: string): string {
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  return createHmac("sha256", key).update(signed).digest("base64");
}
