import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { sendJson } from "../http.ts";

/** A request that Pinpoint does not understand. */
export class BadRequest extends Error {}

/** Answers with an error as the AWS SDK reads it. */
export function sendError(response: ServerResponse, status: number, name: string, message: string): void {
  sendJson(response, status, { RequestID: randomUUID(), Message: message }, { "x-amzn-errortype": name });
}
