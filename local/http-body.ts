import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

/** The body of a request or an answer; undefined when it is longer than that. Throws when its sender broke off. */
export function bytesOf(
  message: IncomingMessage,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    message.on("data", (part: Buffer) => {
      length += part.length;
      if (length <= mostBytes) parts.push(part);
    });
    message.on("end", () => resolve(length > mostBytes ? undefined : Buffer.concat(parts)));
    message.on("error", reject);
    // Whoever hangs up in the middle sends neither an end nor, always, an error.
    message.on("close", () => {
      if (!message.complete) reject(new Error("The body broke off"));
    });
  });
}

/** Answers with a body whose length is said beforehand: without it each answer goes out in pieces. */
export function answerWith(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}
