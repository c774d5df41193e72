import { createHash } from "node:crypto";
import * as z from "zod/mini";

/** A short link: where it leads, and whose message it stands in. */
export const Link = z.object({
  code: z.string(),
  /** Exactly what people are sent to; nothing of a request is ever added. */
  url: z.url({ protocol: /^https$/ }),
  messageId: z.string().check(z.startsWith("msg_")),
  expiresAt: z.int(),
});
/** A short link. */
export type Link = z.infer<typeof Link>;

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Sixty bits: nobody comes upon a link by trying, and two messages hardly ever share a code. */
const codeLength = 10;
const form = new RegExp(`^[0-9A-Za-z]{${codeLength}}$`);

/** The code of a message's link at a place in it: the same whenever it is asked for, and another one with the next number. */
export function codeOf(messageId: string, number: number, place = ""): string {
  const named = place ? `${messageId}/${place}` : messageId;
  const digest = createHash("sha256").update(`${named}/${number}`).digest();
  return Array.from(digest.subarray(0, codeLength), (byte) => letters[byte % letters.length]).join("");
}

/** Whether a text could be a code of ours. */
export function isCode(text: string): boolean {
  return form.test(text);
}
