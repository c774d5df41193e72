import { Webhook as Receiver } from "standardwebhooks";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secretOf, secretsInUse, signedHeaders } from "../../functions/integrations/signature.ts";
import { verifyWebhook } from "../../client/webhook.ts";
import { aWebhook } from "./make.ts";

/** Made once with the library of Standard Webhooks 1.1.1. */
const vector = {
  secret: "whsec_TWZLUTlyOEdLWXFyVHdqVVBEOElMUFpJbzJMYUxhU3c=",
  id: "msg_2b0",
  at: 1_700_000_000_000,
  body: '{"type":"message.status","data":{"id":"m1","status":"delivered"}}',
  signature: "v1,MZrXaMOWjt6PXr+Kgq46cYtXG7qWjdt+4mfzbGW/3Lc=",
};

describe("a signature", () => {
  it("is the one that Standard Webhooks makes", () => {
    expect(signedHeaders(vector, [vector.secret])).toEqual({
      "webhook-id": "msg_2b0",
      "webhook-timestamp": "1700000000",
      "webhook-signature": vector.signature,
    });
  });

  it("is taken by the library of Standard Webhooks, whatever is signed, and by no other secret", () => {
    fc.assert(
      fc.property(fc.json(), fc.uuid(), fc.string({ minLength: 32 }), (body, id, key) => {
        const [mine, other] = [secretOf(`whk_${id}`, 1, key), secretOf(`whk_${id}`, 2, key)];
        const headers = signedHeaders({ id, at: Date.now(), body }, [mine]);
        expect(new Receiver(mine).verify(body, headers)).toEqual(JSON.parse(body));
        expect(() => new Receiver(other).verify(body, headers)).toThrow();
        expect(() => new Receiver(mine).verify(`${body} `, headers)).toThrow();
      }),
      { numRuns: 50 },
    );
  });

  it("of two secrets is taken by either, and by our own client", async () => {
    const secrets = [secretOf("whk_1", 2, "k".repeat(32)), secretOf("whk_1", 1, "k".repeat(32))];
    const headers = signedHeaders({ id: "evt_1", at: Date.now(), body: "{}" }, secrets);
    for (const secret of secrets) expect(new Receiver(secret).verify("{}", headers)).toEqual({});
    const id = "evt_1";
    const body = JSON.stringify({ id, type: "webhook.test", timestamp: new Date().toISOString(), data: {} });
    const own = signedHeaders({ id, at: Date.now(), body }, secrets);
    for (const secret of secrets)
      expect(await verifyWebhook({ body, headers: own, secret })).toMatchObject({ id });
  });

  it("more than five minutes old is refused by receivers, so each try is signed at its own time", () => {
    const secret = secretOf("whk_1", 1, "k".repeat(32));
    const old = signedHeaders({ id: "evt_1", at: Date.now() - 301_000, body: "{}" }, [secret]);
    expect(() => new Receiver(secret).verify("{}", old)).toThrow(/old/);
  });
});

describe("the secret of an endpoint", () => {
  it("has 256 bits in the form of the standard, and is another one for each endpoint and number", () => {
    const made = ["whk_1", "whk_2"].flatMap((id) =>
      [1, 2].map((number) => secretOf(id, number, "k".repeat(32))),
    );
    expect(new Set(made).size).toBe(4);
    for (const secret of made) expect(Buffer.from(secret.replace("whsec_", ""), "base64")).toHaveLength(32);
  });

  it("goes on to hold for as long as the caller wanted after it was changed", () => {
    const webhook = aWebhook({ secretNumber: 3, previousUntil: 1_000 });
    expect([secretsInUse(webhook, 999), secretsInUse(webhook, 1_000)]).toEqual([[3, 2], [3]]);
    expect(secretsInUse(aWebhook(), 0)).toEqual([1]);
  });
});
