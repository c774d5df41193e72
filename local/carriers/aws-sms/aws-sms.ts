import type { IncomingMessage, ServerResponse } from "node:http";
import type { Carrier } from "../carrier.ts";
import { bodyOf } from "../http.ts";
import type { Rates } from "../rate.ts";
import { Exception, sendAwsJson, sendException } from "./exception.ts";
import { picturesAt } from "./pictures.ts";
import { sendMediaMessage, sendTextMessage, type Taken } from "./send-text.ts";

const target = "PinpointSMSVoiceV2.";

/** Whether a request is meant for AWS End User Messaging SMS: all of its operations are posted to one path. */
export function isAwsSms({ headers }: IncomingMessage): boolean {
  return String(headers["x-amz-target"] ?? "").startsWith(target);
}

/** AWS End User Messaging SMS: SendTextMessage and SendMediaMessage. */
export async function awsSms(
  carrier: Carrier,
  rates: Rates,
  request: IncomingMessage,
  response: ServerResponse,
  filesUrl: string,
): Promise<void> {
  const text = await bodyOf(request);
  try {
    const taken = await answer(carrier, rates, request, jsonOf(text), filesUrl);
    if (taken.loseReply) request.socket.destroy();
    else sendAwsJson(response, 200, { MessageId: taken.messageId });
  } catch (error) {
    if (!(error instanceof Exception)) throw error;
    sendException(response, error);
  }
}

async function answer(
  carrier: Carrier,
  rates: Rates,
  { headers }: IncomingMessage,
  asked: unknown,
  filesUrl: string,
): Promise<Taken> {
  // Any signature will do: there are no secrets to check it with here.
  if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256")) throw new Exception("AccessDeniedException");
  const operation = headers["x-amz-target"];
  if (operation === `${target}SendTextMessage`) return sendTextMessage(carrier, rates, asked);
  if (operation !== `${target}SendMediaMessage`)
    throw new Exception("ValidationException", "UNKNOWN_OPERATION");
  return sendMediaMessage(carrier, rates, asked, await picturesAt(filesUrl, asked));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Exception("ValidationException", "CANNOT_PARSE");
  }
}
