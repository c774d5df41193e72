import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from "node:crypto";
import type { SubscriptionKeys } from "../contacts/contact.ts";

/** What makes every message another one: a salt, and a key pair that is forgotten afterwards. */
export interface Chance {
  /** 16 bytes. */
  readonly salt: Buffer;
  readonly pair: ECDH;
}

/** A salt and a key pair that nobody has used before. */
export function newChance(): Chance {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  return { salt: randomBytes(16), pair };
}

const recordSize = 4096;
const tagBytes = 16;
const headerBytes = 16 + 4 + 1 + 65;

/** Bytes that fit into the one record that every push service has to take (RFC 8030, section 7.2). */
export const longestPayload = recordSize - headerBytes - tagBytes - 1;

/** Encrypts for one browser, in one record, as RFC 8291 says. Throws for keys that are none. */
export function encryptedFor({ p256dh, auth }: SubscriptionKeys, plain: Buffer, chance: Chance): Buffer {
  const { salt, pair } = chance;
  const [theirs, ours] = [Buffer.from(p256dh, "base64url"), pair.getPublicKey()];
  const shared = pair.computeSecret(theirs);
  const about = Buffer.concat([Buffer.from("WebPush: info\0"), theirs, ours]);
  const material = derived(shared, Buffer.from(auth, "base64url"), about, 32);
  const key = derived(material, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = derived(material, salt, "Content-Encoding: nonce\0", 12);
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  // The last record ends with a two (RFC 8188, section 2).
  const sealed = Buffer.concat([cipher.update(plain), cipher.update(Buffer.of(2)), cipher.final()]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(recordSize);
  return Buffer.concat([salt, size, Buffer.of(ours.length), ours, sealed, cipher.getAuthTag()]);
}

function derived(material: Buffer, salt: Buffer, info: Buffer | string, length: number): Buffer {
  return Buffer.from(hkdfSync("sha256", material, salt, info, length));
}
