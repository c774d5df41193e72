import { Agent, request, type RequestOptions } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { bodyOf } from "./http.ts";

/** What a business's server answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A call of a business's server. */
export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the call. */
  readonly signal: AbortSignal;
  /** After so long without an answer the call fails with a TimeoutError. */
  readonly withinMs: number;
}

const agent = new Agent({ keepAlive: true });
const secureAgent = new SecureAgent({ keepAlive: true });

/** Posts to a server of the business; a redirect is an answer like any other. Throws when none came. */
export function post(url: string, { headers, body, signal, withinMs }: Post): Promise<Answer> {
  const isSecure = url.startsWith("https:");
  const begin = isSecure ? secureRequest : request;
  const options: RequestOptions = {
    method: "POST",
    agent: isSecure ? secureAgent : agent,
    headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
    signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
  };
  return new Promise((resolve, reject) => {
    const call = begin(url, options, (response) => {
      const status = response.statusCode ?? 0;
      bodyOf(response).then((text) => resolve({ status, body: text }), reject);
    });
    // What ended the call says why: that its time was over is another thing than that nobody was there.
    call.on("error", (error) => reject(error.cause instanceof Error ? error.cause : error));
    call.end(body);
  });
}
