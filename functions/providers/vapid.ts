import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import * as z from "zod/mini";

/** What the secret of a web push connection holds. Browsers subscribe to the public key: another pair means that all have to subscribe anew. */
export const WebPushSecret = z.object({
  publicKey: z.string().check(z.regex(/^B[\w-]{86}$/)),
  privateKey: z.string().check(z.regex(/^[\w-]{43}$/)),
  /** Whom a push service can tell that something is wrong: mailto: or https:. */
  subject: z.url({ protocol: /^(mailto|https)$/ }),
});
/** What the secret of a web push connection holds. */
export type WebPushSecret = z.infer<typeof WebPushSecret>;

/** A push service takes a token for a day at most (RFC 8292, section 2); half of that leaves room for clocks that differ. */
const validMilliseconds = 12 * 3_600_000;
/** A token is used again while at least this is left of it. */
const leftMilliseconds = 3_600_000;
/** There are few push services. */
const tokensLimit = 100;

const tokens = new Map<string, { readonly token: string; readonly until: number }>();

/** Says to a push service who sends: a token signed for its origin, and the key that browsers have subscribed to (RFC 8292). */
export function vapidHeader(endpoint: string, secret: WebPushSecret, now: number): string {
  const audience = new URL(endpoint).origin;
  const name = [secret.publicKey, secret.subject, audience].join(" ");
  let known = tokens.get(name);
  if (!known || known.until - leftMilliseconds < now || known.until - validMilliseconds > now) {
    const until = now + validMilliseconds;
    known = { token: tokenFor(audience, until, secret), until };
    if (tokens.size >= tokensLimit) tokens.clear();
    tokens.set(name, known);
  }
  return `vapid t=${known.token}, k=${secret.publicKey}`;
}

function tokenFor(audience: string, until: number, secret: WebPushSecret): string {
  const claims = { aud: audience, exp: Math.floor(until / 1000), sub: secret.subject };
  const signed = `${encoded({ typ: "JWT", alg: "ES256" })}.${encoded(claims)}`;
  const signature = sign("sha256", Buffer.from(signed), { key: keyOf(secret), dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

function keyOf({ publicKey, privateKey }: WebPushSecret): KeyObject {
  const point = Buffer.from(publicKey, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const key = { kty: "EC", crv: "P-256", d: privateKey, ...(x && { x }), ...(y && { y }) };
  return createPrivateKey({ format: "jwk", key });
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
