import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { messageIdOf } from "./message.ts";

/** The secret that signs receipt tokens. */
export const ReceiptSecret = z.object({ key: z.string().min(32) });

/** Makes the token that lets an app speak for one attempt, and no other. */
export function receiptToken(attemptId: string, key: string): string {
  return `${attemptId}.${createHmac("sha256", key).update(attemptId).digest("base64url")}`;
}

/** The attempt a token speaks for; undefined when we did not make it. */
export function attemptOfToken(token: string, key: string): string | undefined {
  const attemptId = token.slice(0, token.lastIndexOf("."));
  const [given, expected] = [Buffer.from(token), Buffer.from(receiptToken(attemptId, key))];
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  return isOurs && messageIdOf(attemptId) ? attemptId : undefined;
}
