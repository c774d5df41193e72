import type { IncomingMessage, ServerResponse } from "node:http";

const longestBody = 1_000_000;

/** A request's body is too long to be meant. */
class BodyTooLong extends Error {}

/** The body of a request as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  return (await bytesOf(request)).toString("utf8");
}

/** The body of a request as it came. */
export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new BodyTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** The path a request asks for. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

/** Lets a handler answer, and answers for it when it could not. */
export function answering(response: ServerResponse, work: Promise<void>): void {
  work.catch((error: unknown) => {
    const isTooLong = error instanceof BodyTooLong;
    if (!isTooLong) console.error("A simulated carrier could not answer:", error);
    if (response.headersSent) response.destroy();
    else response.writeHead(isTooLong ? 413 : 500).end();
  });
}
