import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Carrier } from "../carrier.ts";
import { newHandset } from "../handset.ts";
import { bytesOf, pathOf } from "../http.ts";
import { acceptNotice } from "../push.ts";
import { useUp } from "../use-up.ts";
import { opened } from "./decrypt.ts";
import { drawnFrom } from "./drawn.ts";
import { signedBy } from "./signed-by.ts";
import { endpointPath, type Subscription } from "./subscription.ts";

/** Whether a path is the endpoint of a browser's subscription. */
export function isWebPushPath(path: string): boolean {
  return path.startsWith(endpointPath);
}

/** Bytes of a body that every push service takes (RFC 8030, section 7.2). */
const longestBody = 4096;
const urgencies = new Set(["very-low", "low", "normal", "high"]);
const longestLiveSeconds = 28 * 86_400;

/** A push service (RFC 8030) for sites that say who they are (RFC 8292), and the browsers behind it. */
export async function webPush(
  carrier: Carrier,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = (status: number, headers: Record<string, string> = {}) =>
    void response.writeHead(status, headers).end();
  const body = await bytesOf(request);
  if (request.method !== "POST") return answer(405);
  const subscription = carrier.records.subscriptions.get(pathOf(request).slice(endpointPath.length));
  const refusal = subscription ? refusalOf(carrier, request, body, subscription) : 404;
  if (!subscription || refusal)
    return answer(refusal || 404, refusal === 429 || refusal === 503 ? { "retry-after": "2" } : {});
  const now = carrier.clock.now();
  const handset = carrier.records.handsets.get(subscription.handset) ?? newHandset(subscription.handset, now);
  useUp(carrier, handset);
  const id = take(carrier, request, body, subscription);
  if (handset.switches.loseReply) return void request.socket.destroy();
  return answer(201, {
    location: `${carrier.pushUrl()}/web-push-message/${id}`,
    ttl: String(lifeOf(request)),
  });
}

/** The status a message is refused with; 0 takes it. */
function refusalOf(
  carrier: Carrier,
  { headers }: IncomingMessage,
  body: Buffer,
  { handset, applicationServerKey }: Subscription,
): number {
  const now = carrier.clock.now();
  const key = signedBy(headers.authorization, new URL(carrier.pushUrl()).origin, now);
  if (!key) return 401;
  if (key !== applicationServerKey) return 403;
  const { urgency = "normal", topic = "x", ttl } = headers;
  const isWell =
    /^\d+$/.test(String(ttl)) &&
    urgencies.has(String(urgency)) &&
    /^[\w-]{1,32}$/.test(String(topic)) &&
    headers["content-encoding"] === "aes128gcm";
  if (!isWell) return 400;
  if (body.length > longestBody) return 413;
  const { switches } = carrier.records.handsets.get(handset) ?? newHandset(handset, now);
  if (switches.appRemoved) return 410;
  if (switches.errorCode === null || switches.errorCode >= 1000) return 0;
  useUp(carrier, carrier.records.handsets.get(handset) ?? newHandset(handset, now));
  return switches.errorCode;
}

/** The browser opens it, and the site's service worker shows it; what it cannot open it drops. */
function take(
  carrier: Carrier,
  request: IncomingMessage,
  body: Buffer,
  { id: token, handset, privateKey, auth }: Subscription,
): string {
  const now = carrier.clock.now();
  const id = randomUUID();
  const plain = opened(body, { privateKey, auth });
  const drawn = plain && drawnFrom(plain);
  const shown = drawn ?? { title: "", body: "", data: {} };
  const { topic } = request.headers;
  acceptNotice(carrier, {
    ...shown,
    id,
    handset,
    token,
    app: shown.link ? new URL(shown.link).hostname : "browser",
    platform: "web",
    silent: !drawn,
    ...(typeof topic === "string" && { topic }),
    createdAt: now,
    expiresAt: now + lifeOf(request) * 1000,
    state: "on-its-way",
    receipts: [],
  });
  return id;
}

function lifeOf({ headers }: IncomingMessage): number {
  return Math.min(longestLiveSeconds, Number(headers["ttl"]));
}
