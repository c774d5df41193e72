import { createECDH, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encryptedFor, longestPayload, newChance } from "../../functions/providers/web-push-encryption.ts";
import { opened } from "../../local/carriers/web-push/decrypt.ts";

/** RFC 8291, section 5 and appendix A. */
const rfc = {
  plain: "When I grow up, I want to be a watermelon",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
  ours: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
  theirs: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  salt: "DGv6ra1nlYgDCS1FRnbzlw",
  message:
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
};

function aBrowser() {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  const auth = randomBytes(16).toString("base64url");
  const keys = { p256dh: pair.getPublicKey("base64url"), auth };
  return { keys, own: { privateKey: pair.getPrivateKey("base64url"), auth } };
}

describe("a message for a browser", () => {
  it("is encrypted as the example of RFC 8291", () => {
    const pair = createECDH("prime256v1");
    pair.setPrivateKey(rfc.ours, "base64url");
    const chance = { salt: Buffer.from(rfc.salt, "base64url"), pair };
    const message = encryptedFor(rfc, Buffer.from(rfc.plain), chance);
    expect(message.toString("base64url")).toBe(rfc.message);
  });

  it("is opened as the example of RFC 8291", () => {
    const message = Buffer.from(rfc.message, "base64url");
    const plain = opened(message, { privateKey: rfc.theirs, auth: rfc.auth });
    expect(plain?.toString()).toBe(rfc.plain);
  });

  it("says what was said to whom it was said, and nothing to anybody else", () => {
    const [ada, bob] = [aBrowser(), aBrowser()];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: longestPayload }), (bytes) => {
        const message = encryptedFor(ada.keys, Buffer.from(bytes), newChance());
        expect(opened(message, ada.own)).toEqual(Buffer.from(bytes));
        expect(opened(message, bob.own)).toBeUndefined();
        expect(opened(message, { ...ada.own, auth: bob.own.auth })).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it("is never twice the same, and fits into what every push service takes", () => {
    const { keys } = aBrowser();
    const plain = Buffer.alloc(longestPayload, "x");
    const [one, other] = [encryptedFor(keys, plain, newChance()), encryptedFor(keys, plain, newChance())];
    expect(one.equals(other)).toBe(false);
    expect(one.length).toBe(4096);
  });

  it("that was touched on its way is not opened", () => {
    const { keys, own } = aBrowser();
    const message = encryptedFor(keys, Buffer.from("hello"), newChance());
    // The size of a record is the one thing of which another value may say the same.
    const places = [...message.keys()].filter((at) => at < 16 || at > 19);
    const read = places.filter((at) => {
      const touched = Buffer.from(message);
      touched[at] = (touched[at] ?? 0) ^ 1;
      return opened(touched, own) !== undefined;
    });
    expect(read).toEqual([]);
  });

  it("cannot be encrypted for what is no point on the curve", () => {
    const p256dh = `B${"A".repeat(86)}`;
    expect(() => encryptedFor({ ...aBrowser().keys, p256dh }, Buffer.from("x"), newChance())).toThrow(/key/i);
  });
});
