import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Business } from "../../functions/business/business.ts";
import type { DataStack } from "../data-stack.ts";
import type { Handler } from "./handler.ts";
import { usesKey } from "./store.ts";

/** Lets a function use the credentials of these connections, and of no other. */
export function connectsTo(data: DataStack, handler: Handler, connections: readonly string[]): void {
  const secrets = connections.flatMap((id) => {
    const secret = data.connectionSecrets.get(id);
    return secret ? [{ id, secret }] : [];
  });
  for (const { secret } of secrets) reads(data, handler, secret);
  const names = secrets.map(({ id, secret }) => [id, secret.secretArn]);
  handler.set("AWS_SMS_CONFIGURATION_SET", data.smsConfigurationSet);
  handler.set("AWS_SMS_FILES_BUCKET", "");
  handler.set("SES_CONFIGURATION_SETS", data.sesConfigurationSets);
  handler.set("CONNECTION_SECRETS", JSON.stringify(Object.fromEntries(names)));
}

/** The connections whose providers tell and answer. Nobody does for a browser, and what signs for the site stays with who sends. */
export function answering({ connections }: Business): string[] {
  return connections.filter(({ provider }) => provider !== "web-push").map(({ id }) => id);
}

/** Lets a function make or check the tokens by which apps report what people saw. */
export function knowsReceiptSecret(data: DataStack, handler: Handler): void {
  reads(data, handler, data.receiptSecret);
  handler.set("RECEIPT_SECRET", data.receiptSecret.secretArn);
}

/** Lets a function make the secrets of endpoints. */
export function knowsWebhookSecret(data: DataStack, handler: Handler, secret: Secret): void {
  reads(data, handler, secret);
  handler.set("WEBHOOK_SECRET", secret.secretArn);
}

function reads(data: DataStack, handler: Handler, secret: Secret): void {
  handler.may(
    new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secret.secretArn] }),
  );
  handler.may(usesKey(data.key));
}
