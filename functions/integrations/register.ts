import type * as z from "zod/mini";
import { mayBeCalled } from "../platform/safe-url.ts";
import { Problem } from "../platform/problem.ts";
import { enabled, type Webhook, webhooksLimit } from "./webhook.ts";
import type { WebhookStore } from "./webhook.store.ts";
import type { ChangedWebhook, NewWebhook } from "./webhooks.routes.ts";

/** What adding an endpoint works with. */
export interface RegisterUsing {
  readonly webhooks: Pick<WebhookStore, "list" | "create" | "find">;
  /** Whether endpoints on this machine are meant. */
  readonly isLocal: boolean;
}

/** A new endpoint's id, and what it was made from when the caller gave the request a key. */
interface Named {
  readonly id: string;
  readonly requestHash?: string | undefined;
}

/** Adds an endpoint; the same request again finds the one it has made. */
export async function register(
  { url, events, description }: z.infer<typeof NewWebhook>,
  { id, requestHash }: Named,
  now: number,
  { webhooks, isLocal }: RegisterUsing,
): Promise<{ readonly webhook: Webhook; readonly isReplay: boolean }> {
  assertUrl(url, isLocal);
  const known = await webhooks.list();
  const fresh: Webhook = {
    id,
    url,
    ...(events && { events }),
    ...(description !== undefined && { description }),
    secretNumber: 1,
    ...(requestHash !== undefined && { requestHash }),
    createdAt: now,
    version: 1,
  };
  const isNew = !known.some((one) => one.id === id);
  if (isNew && known.length >= webhooksLimit) throw new Problem("webhook.too-many");
  if (isNew && (await webhooks.create(fresh))) return { webhook: fresh, isReplay: false };
  const stored = await webhooks.find(id);
  if (!stored || stored.requestHash !== requestHash) throw new Problem("idempotency.mismatch");
  return { webhook: stored, isReplay: true };
}

/** An endpoint with what a caller wants changed. */
export function changed(
  webhook: Webhook,
  { url, events, description, isEnabled }: z.infer<typeof ChangedWebhook>,
  now: number,
): Webhook {
  const { events: oldEvents, description: oldDescription, ...rest } = webhook;
  const wanted = events === undefined ? oldEvents : (events ?? undefined);
  const words = description === undefined ? oldDescription : (description ?? undefined);
  const next: Webhook = {
    ...rest,
    ...(url !== undefined && { url }),
    ...(wanted && { events: wanted }),
    ...(words !== undefined && { description: words }),
  };
  if (isEnabled === true) return enabled(next);
  return isEnabled === false && !next.disabled ? { ...next, disabled: { reason: "by-hand", at: now } } : next;
}

/** Refuses at once what could never be posted to; where its name leads is looked at with each post. */
export function assertUrl(text: string, isLocal: boolean): void {
  const url = new URL(text);
  if (mayBeCalled(url, isLocal)) return;
  const message = "has to be https, at port 443, with a public name and without credentials";
  throw new Problem("body.invalid", [{ field: "url", message }]);
}
