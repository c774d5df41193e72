import { createHash, createHmac } from "node:crypto";
import * as fc from "fast-check";
import twilio from "twilio";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { verified } from "../../functions/providers/twilio-signature.ts";
import file from "./twilio-vectors.json" with { type: "json" };

const token = "0123456789abcdef0123456789abcdef";
const older = "fedcba9876543210fedcba9876543210";
const url = "https://hooks.example.com/callbacks/twilio-main/status/msg_1.1";
const form = "application/x-www-form-urlencoded";

const Fields = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
type Fields = z.infer<typeof Fields>;
const FormCase = z.object({
  scheme: z.literal("twilio"),
  name: z.string(),
  auth_token: z.string(),
  signature: z.string(),
  check_url: z.string(),
  check_params: Fields,
  official_result: z.boolean(),
  our_policy: z.string(),
});
const JsonCase = z.extend(z.omit(FormCase, { check_url: true, check_params: true }), {
  scheme: z.literal("twilio-json"),
  url: z.string(),
  body: z.string(),
});
const cases = z.array(z.discriminatedUnion("scheme", [FormCase, JsonCase])).parse(file.vectors);

function formOf(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value]),
  );
  return new URLSearchParams(pairs).toString();
}

function signatureOf(signedUrl: string, fields: Fields, key = token): string {
  return twilio.getExpectedTwilioSignature(key, signedUrl, fields);
}

const isOurs = (fields: Fields, signature: string, at = url, tokens = [token]) =>
  verified({ url: at, body: formOf(fields), contentType: form, signature }, tokens) !== undefined;

describe("the signature of a Twilio callback", () => {
  it.each(cases.filter(({ scheme }) => scheme === "twilio"))("vector: $name", (one) => {
    if (one.scheme !== "twilio") return;
    const { check_url: at, check_params: fields, signature, auth_token: key } = one;
    expect(twilio.validateRequest(key, signature, at, fields)).toBe(one.official_result);
    expect(isOurs(fields, signature, at, [key])).toBe(one.our_policy === "accept");
  });

  it.each(cases.filter(({ scheme }) => scheme === "twilio-json"))("vector: $name", (one) => {
    if (one.scheme !== "twilio-json") return;
    const signed = {
      url: one.url,
      body: one.body,
      contentType: "application/json",
      signature: one.signature,
    };
    expect(verified(signed, [one.auth_token]) !== undefined).toBe(one.our_policy === "accept");
  });

  it("is the one the official library makes, whatever the fields and the query say", () => {
    const names = fc.constantFrom(
      "Body",
      "ProfileName",
      "FromCity",
      "MediaUrl0",
      "ButtonText",
      "ReferralBody",
    );
    const values = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
    );
    const query = fc.webQueryParameters();
    fc.assert(
      fc.property(fc.dictionary(names, values), query, (fields, search) => {
        const at = search ? `${url}?${search}` : url;
        const signature = signatureOf(at, fields);
        expect(twilio.validateRequest(token, signature, at, fields)).toBe(true);
        expect(isOurs(fields, signature, at)).toBe(true);
      }),
    );
  });

  it("fits only what was signed: the official library and we refuse the same changes", () => {
    const fields = { AccountSid: `AC${"1".repeat(32)}`, MessageStatus: "delivered", Body: "STOP" };
    const signature = signatureOf(url, fields);
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("Body", "ProfileName"), (value, name) => {
        const changed = { ...fields, [name]: value };
        expect(isOurs(changed, signature)).toBe(twilio.validateRequest(token, signature, url, changed));
      }),
    );
  });

  it("fits with and without the port, and however the query is written", () => {
    const fields = { Body: "hello" };
    for (const [signedAt, checkedAt] of [
      ["https://hooks.example.com:443/a?b=c", "https://hooks.example.com/a?b=c"],
      ["https://hooks.example.com/a?b=c", "https://hooks.example.com:443/a?b=c"],
      ["https://hooks.example.com/a?b=c", "https://hooks.example.com:8443/a?b=c"],
      ["http://hooks.example.com:80/a", "http://hooks.example.com/a"],
      ["https://hooks.example.com/a?b=it%27s", "https://hooks.example.com/a?b=it's"],
      ["https://Hooks.example.com/a", "https://Hooks.example.com/a"],
    ] as const) {
      const signature = signatureOf(signedAt, fields);
      expect(twilio.validateRequest(token, signature, checkedAt, fields)).toBe(true);
      expect(isOurs(fields, signature, checkedAt), `${signedAt} at ${checkedAt}`).toBe(true);
    }
  });

  it("fits for both tokens while the token is being rotated, and for no other", () => {
    const signature = signatureOf(url, { Body: "hello" }, older);
    expect(isOurs({ Body: "hello" }, signature, url, [token, older])).toBe(true);
    expect(isOurs({ Body: "hello" }, signature, url, [token])).toBe(false);
  });

  it("is refused when it is empty, too long or not base64", () => {
    for (const signature of ["", "x".repeat(10_000), "täuschung", `${signatureOf(url, {})}=`])
      expect(isOurs({}, signature)).toBe(false);
  });

  it("does not save a field that swallowed its neighbour", () => {
    const honest = {
      AccountSid: `AC${"1".repeat(32)}`,
      ErrorCode: "30003",
      From: "+15005550001",
      FromCity: "AUSTIN",
    };
    const signature = signatureOf(url, honest);
    expect(isOurs(honest, signature)).toBe(true);
    for (const shifted of [
      { AccountSid: honest.AccountSid, ErrorCode: "30003", From: "+15005550001FromCityAUSTIN" },
      { AccountSid: `${honest.AccountSid}ErrorCode30003`, From: "+15005550001", FromCity: "AUSTIN" },
      { AccountSid: honest.AccountSid, ErrorCode: "30003From+15005550001", FromCity: "AUSTIN" },
    ]) {
      expect(twilio.validateRequest(token, signature, url, shifted)).toBe(true);
      expect(isOurs(shifted, signature)).toBe(false);
    }
  });

  it("does not let a field that we act on come twice", () => {
    const fields = { MessageStatus: ["delivered", "failed"] };
    expect(isOurs(fields, signatureOf(url, fields))).toBe(false);
  });

  it("takes the same for JSON as the official library, but only with the hash of the body", () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (body, isChanged) => {
        const hash = createHash("sha256").update(body).digest("hex");
        const at = `${url}?bodySHA256=${hash}`;
        const signature = createHmac("sha1", token).update(at).digest("base64");
        const came = isChanged ? `${body} ` : body;
        const signed = { url: at, body: came, contentType: "application/json; charset=utf-8", signature };
        const official = twilio.validateRequestWithBody(token, signature, at, came);
        expect(verified(signed, [token]) !== undefined).toBe(official);
        expect(official).toBe(!isChanged);
      }),
    );
  });
});
