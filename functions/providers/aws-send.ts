import { AwsError } from "../platform/aws-error.ts";
import type { SendResult } from "./provider.ts";
import type { Refusal } from "./refusal.ts";
import { isTimeout, isUnsent } from "./unsent.ts";

/** What one call came to that makes AWS send a message; `meaningOf` says what an error proves. */
export async function sentByAws(
  call: () => Promise<{ readonly MessageId?: string | undefined }>,
  meaningOf: (error: AwsError) => Refusal | undefined,
): Promise<SendResult> {
  try {
    const { MessageId } = await call();
    return MessageId
      ? { is: "accepted", providerMessageId: MessageId }
      : { is: "unknown", reason: "no-name" };
  } catch (error) {
    return resultOfError(error, meaningOf);
  }
}

function resultOfError(error: unknown, meaningOf: (error: AwsError) => Refusal | undefined): SendResult {
  if (error instanceof AwsError) {
    // A server error may come after the message was taken: nobody knows.
    if (error.status >= 500) return { is: "unknown", reason: `http-${error.status}` };
    return meaningOf(error) ?? { is: "refused", reason: "unknown-code", code: error.name };
  }
  if (isUnsent(error)) return { is: "busy", reason: "cannot-connect", retryAfterSeconds: 5, isOutage: true };
  return { is: "unknown", reason: isTimeout(error) ? "timeout" : "reply-lost" };
}
