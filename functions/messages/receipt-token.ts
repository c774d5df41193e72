import * as z from "zod/mini";
import { saidIn, signed } from "../platform/signed.ts";
import { messageIdOf } from "./message.ts";

/** The secret that signs receipt tokens. */
export const ReceiptSecret = z.object({ key: z.string().check(z.minLength(32)) });

/** Makes the token that lets an app speak for one attempt, and no other. */
export function receiptToken(attemptId: string, key: string): string {
  return signed(attemptId, key);
}

/** The attempt a token speaks for; undefined when we did not make it. */
export function attemptOfToken(token: string, key: string): string | undefined {
  const attemptId = saidIn(token, key);
  return attemptId !== undefined && messageIdOf(attemptId) ? attemptId : undefined;
}
