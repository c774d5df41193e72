import type { IncomingMessage, ServerResponse } from "node:http";
import { answerWith, bytesOf as read } from "../http-body.ts";

const longestBody = 1_000_000;

/** A request's body is too long to be meant. */
class BodyTooLong extends Error {}

/** The body of a request as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  return (await bytesOf(request)).toString("utf8");
}

/** The body of a request as it came. */
export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const bytes = await read(request, longestBody);
  if (!bytes) throw new BodyTooLong();
  return bytes;
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  answerWith(response, status, { "content-type": "application/json", ...headers }, JSON.stringify(body));
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
