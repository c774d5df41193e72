import type { IncomingMessage, ServerResponse } from "node:http";
import type { Carrier } from "../carrier.ts";
import { bodyOf } from "../http.ts";
import type { Rates } from "../rate.ts";
import { Exception, sendAwsJson, sendException } from "./exception.ts";
import { sendTextMessage } from "./send-text.ts";

const target = "PinpointSMSVoiceV2.";

/** Whether a request is meant for AWS End User Messaging SMS: all of its operations are posted to one path. */
export function isAwsSms({ headers }: IncomingMessage): boolean {
  return String(headers["x-amz-target"] ?? "").startsWith(target);
}

/** AWS End User Messaging SMS: SendTextMessage. */
export async function awsSms(
  carrier: Carrier,
  rates: Rates,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await bodyOf(request);
  try {
    const taken = answer(carrier, rates, request, text);
    if (taken.loseReply) request.socket.destroy();
    else sendAwsJson(response, 200, { MessageId: taken.messageId });
  } catch (error) {
    if (!(error instanceof Exception)) throw error;
    sendException(response, error);
  }
}

function answer(carrier: Carrier, rates: Rates, { headers }: IncomingMessage, text: string) {
  // Any signature will do: there are no secrets to check it with here.
  if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256")) throw new Exception("AccessDeniedException");
  if (headers["x-amz-target"] !== `${target}SendTextMessage`)
    throw new Exception("ValidationException", "UNKNOWN_OPERATION");
  return sendTextMessage(carrier, rates, jsonOf(text));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Exception("ValidationException", "CANNOT_PARSE");
  }
}
