import type { WebhookEvent } from "./operations.ts";

/** The headers of a webhook: from `fetch`, or as Node keeps them. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A webhook that did not come from Heliograph, came too late, or was changed on its way. */
export class WebhookRefused extends Error {
  override readonly name = "WebhookRefused";
}

/** How old a webhook may be: older ones may have been recorded and played again. */
const toleranceSeconds = 300;

/** What came with a webhook, and what it is checked with. */
export interface Webhook {
  /** The body as it came, byte for byte: parsing and printing it again breaks the signature. */
  readonly body: string | Uint8Array;
  readonly headers: WebhookHeaders;
  /** The endpoint's secret: whsec_…; several while one is being replaced. */
  readonly secret: string | readonly string[];
  /** Milliseconds since 1970. @default now */
  readonly now?: number;
}

/** The event in a webhook, when its signature is Heliograph's own (Standard Webhooks); throws `WebhookRefused` otherwise. */
export async function verifyWebhook({
  body,
  headers,
  secret,
  now = Date.now(),
}: Webhook): Promise<WebhookEvent> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const id = headerIn(headers, "webhook-id");
  const timestamp = headerIn(headers, "webhook-timestamp");
  const given = signaturesIn(headerIn(headers, "webhook-signature"));
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookRefused("webhook-timestamp is not a number of seconds");
  if (Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookRefused("webhook-timestamp is too far from now");
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  for (const one of typeof secret === "string" ? [secret] : secret) {
    const key = await keyFrom(one);
    for (const signature of given)
      // WebCrypto compares in constant time.
      if (await crypto.subtle.verify("HMAC", key, signature, signed)) return eventIn(bytes);
  }
  throw new WebhookRefused("no signature fits");
}

function headerIn(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  const text = typeof value === "object" && value !== null ? value[0] : value;
  if (!text) throw new WebhookRefused(`${name} is missing`);
  return text;
}

/** `v1,…` of as many as there are secrets; other versions are not ours to check. */
function signaturesIn(header: string): Uint8Array<ArrayBuffer>[] {
  return header.split(" ").flatMap((part) => {
    const [version, signature = ""] = part.split(",");
    const bytes = version === "v1" ? bytesOf(signature) : undefined;
    return bytes ? [bytes] : [];
  });
}

async function keyFrom(secret: string): Promise<CryptoKey> {
  const bytes = bytesOf(secret.replace(/^whsec_/, ""));
  if (!bytes?.length) throw new TypeError("A webhook secret is whsec_ and base64");
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function eventIn(bytes: Uint8Array): WebhookEvent {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as WebhookEvent;
  } catch {
    throw new WebhookRefused("the body is not JSON");
  }
}
