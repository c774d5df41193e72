import { createHash, createHmac } from "node:crypto";
import * as fc from "fast-check";
import twilio from "twilio";
import { describe, expect, it } from "vitest";
import { type Signed, verified } from "../../functions/providers/twilio-signature.ts";
import vectors from "./twilio-vectors.json" with { type: "json" };

const token = "0123456789abcdef0123456789abcdef";

interface Vector {
  readonly scheme: string;
  readonly name: string;
  readonly auth_token: string;
  readonly signature: string;
  readonly our_policy: string;
  readonly official_result: boolean;
  readonly check_url?: string;
  readonly check_params?: Readonly<Record<string, string | string[]>>;
  readonly url?: string;
  readonly body?: string;
}

function signedFrom(vector: Vector): Signed {
  if (vector.scheme === "twilio-json") {
    return {
      url: vector.url ?? "",
      body: vector.body ?? "",
      contentType: "application/json",
      signature: vector.signature,
    };
  }
  return {
    url: vector.check_url ?? "",
    body: formOf(vector.check_params ?? {}),
    contentType: form,
    signature: vector.signature,
  };
}

const form = "application/x-www-form-urlencoded";

function formOf(fields: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  return new URLSearchParams(pairs).toString();
}

describe("Twilio's signature", () => {
  it.each(vectors.vectors as unknown as Vector[])("$name: $our_policy", (vector) => {
    const accepted = verified(signedFrom(vector), [vector.auth_token]) !== undefined;
    expect(accepted).toBe(vector.our_policy.startsWith("accept"));
  });

  it("agrees with the official library on any form of known fields", () => {
    const value = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => text.isWellFormed());
    const fields = fc.record({
      MessageSid: value,
      Body: value,
      From: value,
      ErrorCode: value,
      MediaUrl0: value,
    });
    fc.assert(
      fc.property(fields, fc.boolean(), (params, isTampered) => {
        const url = "https://hooks.example.com/callbacks/twilio-main/inbound";
        const signature = twilio.getExpectedTwilioSignature(token, url, params);
        const sent = isTampered ? { ...params, Body: `${params.Body}!` } : params;
        const ours =
          verified({ url, body: formOf(sent), contentType: form, signature }, [token]) !== undefined;
        expect(ours).toBe(twilio.validateRequest(token, signature, url, sent));
        expect(ours).toBe(!isTampered);
      }),
    );
  });

  it("is good under the token before the last rotation too", () => {
    const url = "https://hooks.example.com/x";
    const signature = twilio.getExpectedTwilioSignature("previous-token-previous", url, {
      MessageSid: "SM1",
    });
    const signed = { url, body: "MessageSid=SM1", contentType: form, signature };
    expect(verified(signed, [token])).toBeUndefined();
    expect(verified(signed, [token, "previous-token-previous"])).toBeDefined();
  });

  it("covers a JSON body by its hash, as the official library checks it", () => {
    const body = JSON.stringify({ MessageStatus: "delivered" });
    const url = `https://hooks.example.com/x?bodySHA256=${createHash("sha256").update(body).digest("hex")}`;
    const signature = createHmac("sha1", token).update(url).digest("base64");
    expect(twilio.validateRequestWithBody(token, signature, url, body)).toBe(true);
    expect(verified({ url, body, contentType: "application/json", signature }, [token])).toBeDefined();
  });

  it("is refused without a word for anything that is no signature", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (signature) => {
        expect(
          verified({ url: "https://a.example/", body: "Body=1", contentType: form, signature }, [token]),
        ).toBeUndefined();
      }),
    );
  });
});
