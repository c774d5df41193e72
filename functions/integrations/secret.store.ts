import type { Clock } from "../platform/clock.ts";
import { secretReader } from "../platform/secrets.store.ts";
import { secretOf, WebhookSecret } from "./signature.ts";

/** Makes endpoints' secrets from the one in Secrets Manager. */
export function secretReaderFor(
  name: string,
  clock: Clock,
): (webhookId: string, number: number) => Promise<string> {
  const read = secretReader();
  return async (webhookId, number) => {
    const { key } = await read(name, WebhookSecret, clock.now());
    return secretOf(webhookId, number, key);
  };
}
