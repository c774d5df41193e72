import { describe, expect, it } from "vitest";
import { newVapidKeys } from "../../bin/vapid.ts";
import { vapidHeader, WebPushSecret } from "../../functions/providers/vapid.ts";
import { signedBy } from "../../local/carriers/web-push/signed-by.ts";
import { noon } from "../make.ts";

/** RFC 8292, section 2.4. */
const rfc = {
  origin: "https://push.example.net",
  subject: "mailto:push@example.com",
  expires: 1_453_523_768,
  key: "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs",
  signed:
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0",
  signature: "i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA",
};
const header = `vapid t=${rfc.signed}.${rfc.signature}, k=${rfc.key}`;
const before = (rfc.expires - 3600) * 1000;
const secret = WebPushSecret.parse({ ...newVapidKeys(), subject: rfc.subject });
const endpoint = `${rfc.origin}/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV`;
const tokenIn = (text: string) => /t=(\S+),/.exec(text)?.[1] ?? "";

describe("who sends to a browser", () => {
  it("is believed as in the example of RFC 8292", () => {
    expect(signedBy(header, rfc.origin, before)).toBe(rfc.key);
  });

  it("is said in the words of that example: only the signature is another one each time", () => {
    const twelveHours = 12 * 3_600_000;
    const own = vapidHeader(endpoint, secret, rfc.expires * 1000 - twelveHours);
    expect(tokenIn(own).split(".").slice(0, 2).join(".")).toBe(rfc.signed);
    expect(own).toMatch(/^vapid t=[\w.-]+, k=[\w-]{87}$/);
  });

  it("is believed by every push service, for its own origin and its time", () => {
    const own = vapidHeader(endpoint, secret, noon);
    expect(signedBy(own, rfc.origin, noon)).toBe(secret.publicKey);
    expect(signedBy(own, "https://other.example", noon)).toBeUndefined();
    expect(signedBy(own, rfc.origin, noon + 13 * 3_600_000)).toBeUndefined();
    expect(signedBy(own, rfc.origin, noon - 13 * 3_600_000)).toBeUndefined();
  });

  it.each([
    ["nothing", undefined],
    ["another scheme", header.replace("vapid", "Bearer")],
    ["another's key", header.replace(rfc.key, secret.publicKey)],
    ["another claim", header.replace("eyJhdWQi", "eyJhdWQj")],
    ["no signature", header.replace(rfc.signature, "AA")],
    ["no signature at all", header.replace("eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9", "eyJhbGciOiJub25lIn0")],
  ])("is not believed with %s", (_, authorization) => {
    expect(signedBy(authorization, rfc.origin, before)).toBeUndefined();
  });

  it("signs once for a push service, and again before the token is too old", () => {
    const first = vapidHeader(endpoint, secret, noon + 1);
    expect(vapidHeader(`${rfc.origin}/another`, secret, noon + 60_000)).toBe(first);
    expect(vapidHeader("https://else.example/p", secret, noon + 60_000)).not.toBe(first);
    expect(vapidHeader(endpoint, secret, noon + 12 * 3_600_000)).not.toBe(first);
    expect(vapidHeader(endpoint, secret, noon - 5_000_000_000), "a clock that was set back").not.toBe(first);
  });

  it("has keys of the length that push services want, whatever chance says", () => {
    for (let tries = 0; tries < 300; tries += 1)
      expect(WebPushSecret.safeParse({ ...newVapidKeys(), subject: rfc.subject }).success).toBe(true);
  });
});
