import { describe, expect, it } from "vitest";
import { hashOfKey, isValid, keyIn, newApiKey } from "../../functions/platform/api-key.ts";
import { noon } from "../make.ts";

const key = newApiKey(new Uint8Array(32).fill(7));
const kept = { keyId: "key_1", name: "laptop", scopes: [], createdAt: noon };

describe("an API key", () => {
  it("can be told by its prefix and carries 256 random bits", () => {
    expect(key).toMatch(/^hg_[\w-]{43}$/);
    expect(newApiKey(new Uint8Array(32).fill(8))).not.toBe(key);
  });

  it("is kept as a fingerprint that does not give it away", () => {
    expect(hashOfKey(key)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    [`Bearer ${key}`, key],
    [`bearer  ${key}`, key],
    [key, undefined],
    [`Basic ${key}`, undefined],
    [`Bearer ${key}x`, undefined],
    ["Bearer hg_short", undefined],
    [undefined, undefined],
  ])("is found in %s", (header, found) => {
    expect(keyIn(header)).toBe(found);
  });

  it("opens nothing once it has expired or been revoked", () => {
    expect(isValid(kept, noon)).toBe(true);
    expect(isValid({ ...kept, expiresAt: noon + 1 }, noon)).toBe(true);
    expect(isValid({ ...kept, expiresAt: noon }, noon)).toBe(false);
    expect(isValid({ ...kept, revokedAt: noon }, noon)).toBe(false);
  });
});
