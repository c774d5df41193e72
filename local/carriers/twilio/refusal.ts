import type { ServerResponse } from "node:http";
import { sendJson } from "../http.ts";
import { type RefusalCode, refusals } from "./error-codes.ts";

/** A request that the API does not take; nothing was sent. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: number;

  constructor(code: RefusalCode, detail?: string) {
    const { status, message } = refusals[code];
    super(detail ? `${message}: ${detail}` : message);
    this.code = code;
    this.status = status;
  }
}

/** Whether a code is one the API refuses with. */
export function isRefusalCode(code: number): code is RefusalCode {
  return code in refusals;
}

/** Answers with Twilio's error body (https://www.twilio.com/docs/usage/twilios-response). */
export function sendRefusal(response: ServerResponse, { code, message, status }: Refusal): void {
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  sendJson(response, status, body, {
    ...(status === 401 && { "www-authenticate": 'Basic realm="Twilio API"' }),
    ...(status === 429 && { "retry-after": "1" }),
  });
}
