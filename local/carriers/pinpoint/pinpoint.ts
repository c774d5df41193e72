import type { IncomingMessage, ServerResponse } from "node:http";
import type { Carrier } from "../carrier.ts";
import { bodyOf, sendJson } from "../http.ts";
import { BadRequest, sendError } from "./bad-request.ts";
import { sendMessages } from "./send-messages.ts";
import { validateNumber } from "./validate-number.ts";

/** Whether a path belongs to the part of Pinpoint that lives on in AWS End User Messaging. */
export function isPinpointPath(path: string): boolean {
  return messagesPath.test(path) || path === validatePath;
}

const messagesPath = /^\/v1\/apps\/([^/]+)\/messages\/?$/;
const validatePath = "/v1/phone/number/validate";

/** Pinpoint's SendMessages for push, and PhoneNumberValidate. */
export async function pinpoint(
  carrier: Carrier,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://pinpoint");
  const text = await bodyOf(request);
  // Any signature will do: there are no secrets to check it with here.
  if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256"))
    return sendError(response, 403, "ForbiddenException", "Missing Authentication Token");
  if (request.method !== "POST") return sendError(response, 405, "MethodNotAllowedException", "Use POST.");
  try {
    const body: unknown = JSON.parse(text);
    const app = messagesPath.exec(pathname)?.[1];
    if (!app) return sendJson(response, 200, validateNumber(carrier, body));
    const { reply, loseReply } = sendMessages(carrier, decodeURIComponent(app), body);
    if (loseReply) request.socket.destroy();
    else sendJson(response, 200, reply);
  } catch (error) {
    if (!(error instanceof BadRequest) && !(error instanceof SyntaxError)) throw error;
    sendError(response, 400, "BadRequestException", error.message);
  }
}
