import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Account, signedIn } from "../accounts.ts";
import type { Carrier } from "../carrier.ts";
import { bodyOf, sendJson } from "../http.ts";
import { settle } from "../network.ts";
import type { Rates } from "../rate.ts";
import type { TextMessage } from "../text-message.ts";
import { createMessage } from "./create.ts";
import { listMessages } from "./list.ts";
import { lookUp, lookupPath } from "./lookup.ts";
import { Refusal, sendRefusal } from "./refusal.ts";
import { apiVersion, messageResource } from "./resource.ts";

/** Whether a path belongs to Twilio's REST API. */
export function isTwilioPath(path: string): boolean {
  return path.startsWith(`/${apiVersion}/`) || lookupPath.test(path);
}

/** Twilio's Messages API: create, fetch, list, cancel or redact, delete; and Lookup v2. */
export async function twilio(
  carrier: Carrier,
  rates: Rates,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("twilio-request-id", `RQ${randomBytes(16).toString("hex")}`);
  try {
    await answer(carrier, rates, request, response);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    sendRefusal(response, error);
  }
}

const paths = new RegExp(`^/${apiVersion}/Accounts/([^/]+)/Messages(?:/([^/]+?))?(?:\\.json)?$`);

async function answer(
  carrier: Carrier,
  rates: Rates,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://twilio");
  const [, accountSid, sid] = paths.exec(pathname) ?? [];
  const account = accountOf(carrier, request);
  if (lookupPath.test(pathname) && request.method === "GET")
    return sendJson(response, 200, lookUp(carrier, pathname, searchParams));
  if (account.accountSid !== accountSid) throw new Refusal(20404, pathname);
  const form = new URLSearchParams(request.method === "POST" ? await bodyOf(request) : "");
  if (sid) return one(carrier, request, response, { text: textOf(carrier, account, sid), form });
  if (request.method === "GET")
    return sendJson(response, 200, listMessages(carrier.records, account, searchParams));
  if (request.method !== "POST") throw new Refusal(20404, pathname);
  const { text, loseReply } = createMessage(carrier, rates, account, form);
  if (loseReply) request.socket.destroy();
  else sendJson(response, 201, messageResource(text));
}

function one(
  carrier: Carrier,
  { method }: IncomingMessage,
  response: ServerResponse,
  { text, form }: { readonly text: TextMessage; readonly form: URLSearchParams },
): void {
  if (method === "DELETE") {
    if (text.status === "queued" || text.status === "accepted") throw new Refusal(20009);
    carrier.records.texts.put({ ...text, removed: true });
    response.writeHead(204).end();
    return;
  }
  if (method === "POST") change(carrier, text, form);
  const now = carrier.records.texts.get(text.sid) ?? text;
  sendJson(response, 200, messageResource(now));
}

/** Only a scheduled message can be canceled; an empty body takes the text out of the API. */
function change(carrier: Carrier, text: TextMessage, form: URLSearchParams): void {
  if (form.get("Status") === "canceled") {
    if (text.status !== "scheduled") throw new Refusal(30409);
    carrier.records.atomically(() => settle(carrier, text, "canceled"));
  } else if (form.get("Body") === "") {
    carrier.records.texts.put({ ...text, redacted: true, updatedAt: carrier.clock.now() });
  }
}

function accountOf({ accounts }: Carrier, request: IncomingMessage): Account {
  const [, encoded = ""] = /^Basic (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const [, user = "", password = ""] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  const account = signedIn(accounts, user, password);
  if (!account) throw new Refusal(20003);
  return account;
}

function textOf({ records }: Carrier, { accountSid }: Account, sid: string): TextMessage {
  const text = records.texts.get(sid);
  if (!text || text.removed || text.accountSid !== accountSid) throw new Refusal(20404, sid);
  return text;
}
