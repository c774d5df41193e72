import type { IncomingMessage } from "node:http";
import { type CallFailure, failureIn, type Guard, guardedCall } from "./guarded-call.ts";

/** What came of it: the whole file, an answer without one, or the reason why there is none. */
export type Fetched =
  | { readonly is: "file"; readonly bytes: Buffer; readonly contentType?: string }
  | { readonly is: "answered"; readonly status: number }
  | { readonly is: "too-large" }
  | { readonly is: "failed"; readonly reason: CallFailure };

/** Fetches a file from an address that a stranger has given us, as carefully as `guardedPost` posts; no more than so many bytes. */
export async function guardedGet(url: string, mostBytes: number, guard: Guard = {}): Promise<Fetched> {
  try {
    const response = await guardedCall({ url, method: "GET", headers: { accept: "*/*" } }, guard);
    return await fileIn(response, mostBytes);
  } catch (error) {
    return { is: "failed", reason: failureIn(error) };
  }
}

async function fileIn(response: IncomingMessage, mostBytes: number): Promise<Fetched> {
  const { statusCode: status = 0, headers } = response;
  if (status !== 200) {
    response.destroy();
    return { is: "answered", status };
  }
  const parts: Buffer[] = [];
  let read = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    read += part.length;
    // Leaving the loop ends the connection.
    if (read > mostBytes) return { is: "too-large" };
    parts.push(part);
  }
  const contentType = headers["content-type"];
  return { is: "file", bytes: Buffer.concat(parts), ...(contentType !== undefined && { contentType }) };
}
