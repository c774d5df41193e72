import { createECDH } from "node:crypto";
import { parseArgs } from "node:util";

/** A pair of keys that a site's browsers subscribe to, and that signs what is sent to them. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A new pair, as push services and browsers write keys. */
export function newVapidKeys(): VapidKeys {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  // A number that begins with zeroes is shorter than they want it.
  const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
  return { publicKey: pair.getPublicKey("base64url"), privateKey: privateKey.toString("base64url") };
}

// npm run vapid -- --subject mailto:help@example.com: what to put into the secret of a web push connection.
if (import.meta.main) {
  const { subject } = parseArgs({ options: { subject: { type: "string" } } }).values;
  if (!subject || !/^(mailto|https):/.test(subject)) {
    console.error("npm run vapid -- --subject mailto:you@example.com");
    process.exitCode = 1;
  } else console.log(JSON.stringify({ ...newVapidKeys(), subject }));
}
