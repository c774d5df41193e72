import { createPublicKey, verify } from "node:crypto";
import * as z from "zod/mini";

const Header = z.object({ typ: z.optional(z.string()), alg: z.literal("ES256") });
const Claims = z.object({ aud: z.string(), exp: z.number(), sub: z.optional(z.string()) });

/** RFC 8292, section 2: a token is good for a day at most. */
const longestSeconds = 86_400;

/** The public key whose owner signed for a push service of this origin (RFC 8292); undefined when nobody did, not any more or not for it. */
export function signedBy(authorization: string | undefined, origin: string, now: number): string | undefined {
  const [, token, key] =
    /^vapid t=([\w-]+\.[\w-]+\.[\w-]+),\s?k=([\w-]{87})$/.exec(authorization ?? "") ?? [];
  const [header = "", claims = "", signature = ""] = token?.split(".") ?? [];
  if (!key || !Header.safeParse(parsed(header)).success) return undefined;
  const said = Claims.safeParse(parsed(claims));
  if (!said.success || said.data.aud !== origin) return undefined;
  const seconds = said.data.exp - now / 1000;
  if (seconds < 0 || seconds > longestSeconds) return undefined;
  return isSigned(`${header}.${claims}`, signature, key) ? key : undefined;
}

function isSigned(text: string, signature: string, key: string): boolean {
  const point = Buffer.from(key, "base64url");
  const [x = "", y = ""] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
    half.toString("base64url"),
  );
  try {
    const publicKey = createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y } });
    const how = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
    return verify("sha256", Buffer.from(text), how, Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}

function parsed(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    return undefined;
  }
}
