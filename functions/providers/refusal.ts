import type { Mark, SendResult } from "./provider.ts";

/** An answer that proves that nothing was sent. */
export type Refusal = Extract<SendResult, { is: "busy" | "refused" }>;

/** The provider will not send this message. */
export function refused(reason: string, mark?: Mark): Refusal {
  return { is: "refused", reason, ...(mark && { mark }) };
}

/** The provider will send it later. */
export function busy(reason: string, retryAfterSeconds: number): Refusal {
  return { is: "busy", reason, retryAfterSeconds };
}

/** Nothing of ours gets through until somebody does something about it. */
export function shut(reason: string): Refusal {
  return { is: "busy", reason, retryAfterSeconds: 60, isOutage: true };
}
