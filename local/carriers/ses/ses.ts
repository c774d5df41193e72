import type { IncomingMessage, ServerResponse } from "node:http";
import type { Carrier } from "../carrier.ts";
import { bodyOf, sendJson } from "../http.ts";
import type { Rates } from "../rate.ts";
import { sendEmail } from "./send-email.ts";
import { SesException } from "./ses-exception.ts";

/** Whether a path belongs to version 2 of Amazon SES. */
export function isSesPath(path: string): boolean {
  return path.startsWith("/v2/email/");
}

/** Amazon SES v2: SendEmail, with simple content. */
export async function ses(
  carrier: Carrier,
  rates: Rates,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await bodyOf(request);
  try {
    // Any signature will do: there are no secrets to check it with here.
    if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256"))
      throw new SesException("AccessDeniedException", "Missing Authentication Token");
    if (request.method !== "POST" || request.url !== "/v2/email/outbound-emails")
      throw new SesException("NotFoundException", "Only SendEmail is here.");
    const taken = sendEmail(carrier, rates, jsonOf(text));
    if (taken.loseReply) request.socket.destroy();
    else sendJson(response, 200, { MessageId: taken.messageId });
  } catch (error) {
    if (!(error instanceof SesException)) throw error;
    const { status, name, message } = error;
    sendJson(response, status, { message }, { "x-amzn-errortype": name });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SesException("BadRequestException", "The request body is not JSON.");
  }
}
