import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyWebhook, type Webhook, WebhookRefused } from "../../client/webhook.ts";

// The vector of the Standard Webhooks reference library.
const secret = "whsec_TWZLUTlyOEdLWXFyVHdqVVBEOElMUFpJbzJMYUxhU3c=";
const signature = "v1,MZrXaMOWjt6PXr+Kgq46cYtXG7qWjdt+4mfzbGW/3Lc=";
const body = '{"type":"message.status","data":{"id":"m1","status":"delivered"}}';
const at = 1_700_000_000;
const other = "whsec_b3RoZXItc2VjcmV0LW90aGVyLXNlY3JldA==";

function aWebhook(more: Partial<Webhook> = {}, headers: Record<string, string> = {}): Webhook {
  const own = {
    "webhook-id": "msg_2b0",
    "webhook-timestamp": String(at),
    "webhook-signature": signature,
    ...headers,
  };
  return { body, headers: own, secret, now: at * 1000, ...more };
}

describe("a webhook", () => {
  it("is taken with the signature that the reference library makes", async () => {
    expect(await verifyWebhook(aWebhook())).toMatchObject({ type: "message.status" });
    const { headers } = aWebhook();
    const fetched = new Headers(headers as Record<string, string>);
    const bytes = new TextEncoder().encode(body);
    expect(await verifyWebhook(aWebhook({ headers: fetched, body: bytes }))).toMatchObject({
      data: { id: "m1" },
    });
  });

  it("is taken when one of several signatures and one of several secrets fit", async () => {
    const several = { "webhook-signature": `v1a,AAAA v1,AAAA v1,%% ${signature}` };
    expect(await verifyWebhook(aWebhook({ secret: [other, secret] }, several))).toBeDefined();
  });

  it.each([
    ["another secret", aWebhook({ secret: other })],
    ["another id", aWebhook({}, { "webhook-id": "msg_2b1" })],
    ["another time", aWebhook({}, { "webhook-timestamp": String(at + 1) })],
    ["another body", aWebhook({ body: body.replace("m1", "m2") })],
    ["no signature", aWebhook({}, { "webhook-signature": "" })],
    [
      "a signature of another version only",
      aWebhook({}, { "webhook-signature": signature.replace("v1", "v2") }),
    ],
    ["a time that is none", aWebhook({}, { "webhook-timestamp": "yesterday" })],
    ["an age of more than five minutes", aWebhook({ now: (at + 301) * 1000 })],
    ["a time in the future", aWebhook({ now: (at - 301) * 1000 })],
  ])("is refused with %s", async (_, webhook) => {
    await expect(verifyWebhook(webhook)).rejects.toThrow(WebhookRefused);
  });

  it("says that a secret is none, which is not the sender's fault", async () => {
    await expect(verifyWebhook(aWebhook({ secret: "" }))).rejects.toThrow(TypeError);
  });

  it("is taken whatever text it carries, and refused once any byte differs", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.nat(), async (text, place) => {
        const bytes = Buffer.from(JSON.stringify({ text }));
        const key = Buffer.from(secret.slice("whsec_".length), "base64");
        const made = createHmac("sha256", key).update(`msg_2b0.${at}.`).update(bytes).digest("base64");
        const signed = { "webhook-signature": `v1,${made}` };
        expect(await verifyWebhook(aWebhook({ body: bytes }, signed))).toEqual(JSON.parse(bytes.toString()));
        const changed = Buffer.from(bytes);
        changed[place % bytes.length] = (changed[place % bytes.length] ?? 0) ^ 1;
        await expect(verifyWebhook(aWebhook({ body: changed }, signed))).rejects.toThrow(WebhookRefused);
      }),
      { numRuns: 25 },
    );
  });
});
