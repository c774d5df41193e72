import { createDecipheriv, createECDH, hkdfSync } from "node:crypto";

/** What a browser opens its messages with. */
export interface BrowserKeys {
  readonly privateKey: string;
  readonly auth: string;
}

const tagBytes = 16;
const keyAt = 21;

/** Opens a message as a browser does (RFC 8291 over RFC 8188); undefined for one that is not for it. */
export function opened(body: Buffer, { privateKey, auth }: BrowserKeys): Buffer | undefined {
  if (body.length < keyAt) return undefined;
  const [salt, keyLength] = [body.subarray(0, 16), body.readUInt8(20)];
  const theirs = body.subarray(keyAt, keyAt + keyLength);
  const record = body.subarray(keyAt + keyLength);
  // One record is all that a browser takes: what is longer than it says is none.
  if (record.length <= tagBytes || record.length > body.readUInt32BE(16)) return undefined;
  try {
    const own = createECDH("prime256v1");
    own.setPrivateKey(privateKey, "base64url");
    const about = Buffer.concat([Buffer.from("WebPush: info\0"), own.getPublicKey(), theirs]);
    const material = derived(own.computeSecret(theirs), Buffer.from(auth, "base64url"), about, 32);
    const key = derived(material, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
    const nonce = derived(material, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
    const cipher = createDecipheriv("aes-128-gcm", key, nonce);
    cipher.setAuthTag(record.subarray(-tagBytes));
    return withoutPadding(Buffer.concat([cipher.update(record.subarray(0, -tagBytes)), cipher.final()]));
  } catch {
    return undefined;
  }
}

/** What was meant ends with a two; zeroes may follow that hide how long it is. */
function withoutPadding(plain: Buffer): Buffer | undefined {
  const end = plain.findLastIndex((byte) => byte !== 0);
  return plain[end] === 2 ? plain.subarray(0, end) : undefined;
}

function derived(material: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync("sha256", material, salt, info, length));
}
