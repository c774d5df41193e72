import { createHmac, randomUUID } from "node:crypto";
import type { WebhookCall } from "../job.ts";
import { post } from "../post.ts";

/** What became of a call of the business's webhook. */
export type WebhookResult =
  | { readonly is: "answered"; readonly body: string }
  | { readonly is: "failed"; readonly retryInMs: number | undefined };

/** A first call of a webhook. */
export function webhookCall(sid: string, url: string): WebhookCall {
  return { sid, url, idempotencyToken: randomUUID(), tries: 0 };
}

/** Posts a signed form and says whether to try again, by the overrides in the URL's fragment. */
export async function callWebhook(
  call: WebhookCall,
  form: Readonly<Record<string, string>>,
  authToken: string,
  signal: AbortSignal,
): Promise<WebhookResult> {
  const { address, retries, policies } = overridesOf(call.url);
  const outcome = await outcomeOf(address, form, { authToken, call, signal });
  if (typeof outcome === "object") return { is: "answered", body: outcome.body };
  const again = call.tries < retries && (policies.has(outcome) || policies.has("all"));
  return { is: "failed", retryInMs: again ? firstPauseMs * 2 ** call.tries : undefined };
}

/** Signature of a form that is posted to a URL (https://www.twilio.com/docs/usage/security). */
function signatureOf(url: string, form: Readonly<Record<string, string>>, authToken: string): string {
  const names = Object.keys(form).sort();
  const signed = url + names.map((name) => `${name}${form[name]}`).join("");
  return createHmac("sha1", authToken).update(signed, "utf8").digest("base64");
}

type Failure = "ct" | "rt" | "4xx" | "5xx";

const firstPauseMs = 500;
const answerWithinMs = 15_000;
const mostRetries = 5;

/** `#rc=2&rp=5xx,ct`: how often and after what to retry; once and after `ct` (no connection) when nothing is said. */
function overridesOf(url: string) {
  // The signature covers the address without its fragment: that is all a server ever sees.
  const [address = url, fragment = ""] = url.split("#", 2);
  const overrides = new URLSearchParams(fragment);
  const asked = Number(overrides.get("rc") ?? 1);
  const policies = new Set<string>((overrides.get("rp") ?? "ct").split(","));
  return { address, policies, retries: Math.min(mostRetries, Math.max(0, Number.isNaN(asked) ? 1 : asked)) };
}

async function outcomeOf(
  url: string,
  form: Readonly<Record<string, string>>,
  {
    authToken,
    call,
    signal,
  }: { readonly authToken: string; readonly call: WebhookCall; readonly signal: AbortSignal },
): Promise<{ readonly body: string } | Failure> {
  try {
    const { status, body } = await post(url, {
      headers: {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "user-agent": "TwilioProxy/1.1",
        accept: "*/*",
        "x-home-region": "us1",
        "x-twilio-signature": signatureOf(url, form, authToken),
        "i-twilio-idempotency-token": call.idempotencyToken,
      },
      body: new URLSearchParams(form).toString(),
      signal,
      withinMs: answerWithinMs,
    });
    if (status < 300) return { body };
    return status >= 500 ? "5xx" : "4xx";
  } catch (error) {
    return (error as Error).name === "TimeoutError" ? "rt" : "ct";
  }
}
