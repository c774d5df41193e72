import type { IncomingMessage } from "node:http";
import { type CallFailure, failureIn, type Guard, guardedCall } from "./guarded-call.ts";

/** What to post, and where. */
export interface GuardedPost {
  readonly url: string;
  /** HEAD asks what there is, and brings nothing. @default POST */
  readonly method?: "POST" | "HEAD";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What came of it: an answer, or the reason why there is none. */
export type Posted =
  | {
      readonly is: "answered";
      readonly status: number;
      readonly retryAfter?: string;
      /** What was made of it, where the server gives that an address. */
      readonly location?: string;
      readonly contentType?: string;
      readonly contentLength?: string;
    }
  | { readonly is: "failed"; readonly reason: CallFailure };

/** As much of an answer is read as lets a server end well; nobody looks at it. */
const readLimitBytes = 16 * 1024;

/** Posts to an address that a stranger has given us. */
export async function guardedPost(
  { method = "POST", body, ...call }: GuardedPost,
  guard: Guard = {},
): Promise<Posted> {
  try {
    return answerOf(await guardedCall({ ...call, method, ...(method === "POST" && { body }) }, guard));
  } catch (error) {
    return { is: "failed", reason: failureIn(error) };
  }
}

/** The status is all that counts; what follows it is let go by, within limits. */
function answerOf(response: IncomingMessage): Posted {
  let read = 0;
  response.on("data", (part: Buffer) => {
    read += part.length;
    if (read > readLimitBytes) response.destroy();
  });
  // Whatever happens to the rest changes nothing.
  response.on("error", () => undefined);
  const { location, "retry-after": retryAfter } = response.headers;
  const { "content-type": contentType, "content-length": contentLength } = response.headers;
  return {
    is: "answered",
    status: response.statusCode ?? 0,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(location !== undefined && { location }),
    ...(contentType !== undefined && { contentType }),
    ...(contentLength !== undefined && { contentLength }),
  };
}
