import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** Whose name a call is made in. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Part of the credentials that a role gives; absent for a user's own. */
  readonly sessionToken?: string | undefined;
}

/** A call to sign. AWS checks exactly these parts. */
export interface Signable {
  readonly method: string;
  readonly path: string;
  /** Lower-case names in alphabetical order: the order is part of what is signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Where a signature holds. */
export interface Scope {
  readonly region: string;
  readonly service: string;
  /** The instant as AWS writes it: 20261123T170000Z. */
  readonly at: string;
}

/**
 * The Authorization header of AWS Signature Version 4
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function authorizationOf(
  call: Signable,
  { accessKeyId, secretAccessKey }: Credentials,
  scope: Scope,
): string {
  const names = Object.keys(call.headers).join(";");
  const day = scope.at.slice(0, 8);
  const place = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const signed = `AWS4-HMAC-SHA256\n${scope.at}\n${place}\n${hash("sha256", canonicalOf(call, names))}`;
  const signature = createHmac("sha256", dayKey(secretAccessKey, day, scope))
    .update(signed)
    .digest("hex");
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${place}, SignedHeaders=${names}, Signature=${signature}`;
}

function canonicalOf({ method, path, headers, body }: Signable, names: string): string {
  let lines = "";
  for (const name in headers) lines += `${name}:${headers[name] ?? ""}\n`;
  // The path is encoded once more than it travels, and none of our services takes a query.
  return `${method}\n${encodedAgain(path)}\n\n${lines}\n${names}\n${hash("sha256", body)}`;
}

function encodedAgain(path: string): string {
  return path === "/" ? path : path.split("/").map(encodeURIComponent).join("/");
}

let kept: { readonly of: string; readonly key: KeyObject } | undefined;
const keys = new Map<string, KeyObject>();

/** The key of a day, region and service takes four rounds to make and serves all day. */
function dayKey(secret: string, day: string, { region, service }: Scope): KeyObject {
  const of = `${day}/${region}/${service}/${secret}`;
  if (kept?.of === of) return kept.key;
  const key = keys.get(of) ?? madeKey(secret, [day, region, service, "aws4_request"]);
  if (keys.size > keysLimit) keys.clear();
  keys.set(of, key);
  kept = { of, key };
  return key;
}

/** Seven services, a day at a time. */
const keysLimit = 20;

function madeKey(secret: string, rounds: readonly string[]): KeyObject {
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const round of rounds) key = createHmac("sha256", key).update(round).digest();
  // As bytes it would be made into a key again at every use, which takes longer than the signature itself.
  return createSecretKey(key);
}
