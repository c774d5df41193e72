import { createHash } from "node:crypto";
import type { SubscriptionKeys } from "../contacts/contact.ts";
import { type Guard, guardFor } from "../platform/guarded-call.ts";
import { guardedPost, type Posted } from "../platform/guarded-post.ts";
import { millisecondsIn } from "../platform/retry-after.ts";
import type { Outgoing, Provider, SendResult } from "./provider.ts";
import { vapidHeader, type WebPushSecret } from "./vapid.ts";
import { encryptedFor, longestPayload, newChance } from "./web-push-encryption.ts";
import { payloadOf } from "./web-push-payload.ts";

/** Where a subscription leads is for its browser to say: it may be anywhere. */
export interface WebPushUsing {
  readonly secret: () => Promise<WebPushSecret>;
  readonly now: number;
  /** Whether push services on this machine are meant, too. @default false */
  readonly isLocal?: boolean;
  /** How endpoints are found and judged. @default - public addresses, by https */
  readonly guard?: Guard;
}

const callTimeoutMilliseconds = 10_000;
/** Four weeks: the longest that any of the known push services keeps a message. */
const longestLiveSeconds = 28 * 86_400;
/** Patience with a push service that does not say how much it needs. */
const usualPauseSeconds = { 429: 5, other: 30 };
const longestPauseSeconds = 300;

/**
 * Sends notifications to browsers by the push service of each (RFC 8030), encrypted for it (RFC 8291) and signed by the
 * business (RFC 8292). One try: a push service that took it says so, and only the site's service worker knows more.
 */
export function webPushProvider({ secret, now, isLocal = false, guard = {} }: WebPushUsing): Provider {
  return {
    send: async (outgoing) => {
      const { to } = outgoing;
      if (to.kind !== "device" || to.platform !== "web" || !to.keys)
        return { is: "refused", reason: "not-a-browser" };
      const plain = Buffer.from(payloadOf(outgoing));
      if (plain.length > longestPayload) return { is: "refused", reason: "payload-too-large" };
      const body = sealed(to.keys, plain);
      if (!body) return { is: "refused", reason: "subscription-invalid", mark: "unreachable" };
      const headers = headersFor(outgoing, vapidHeader(to.value, await secret(), now));
      const judged = {
        timeoutMilliseconds: callTimeoutMilliseconds,
        ...guard,
        ...guardFor(to.value, isLocal),
      };
      return resultOf(await guardedPost({ url: to.value, headers, body }, judged), now);
    },
  };
}

function sealed(keys: SubscriptionKeys, plain: Buffer): Buffer | undefined {
  try {
    return encryptedFor(keys, plain, newChance());
  } catch {
    // What browsers call keys are points on a curve; this is none.
    return undefined;
  }
}

const urgencies = ["low", "normal", "high", "high"] as const;

function headersFor({ content, validitySeconds, urgency = 1 }: Outgoing, authorization: string) {
  const collapseId = content.push?.collapseId;
  return {
    authorization,
    "content-encoding": "aes128gcm",
    "content-type": "application/octet-stream",
    ttl: String(Math.min(longestLiveSeconds, Math.max(0, Math.floor(validitySeconds)))),
    urgency: urgencies[urgency],
    ...(collapseId && { topic: topicOf(collapseId) }),
  };
}

/** A topic has at most 32 letters of base64url. */
function topicOf(collapseId: string): string {
  return createHash("sha256").update(collapseId).digest("base64url").slice(0, 32);
}

/** What the statuses of push services mean (RFC 8030, sections 5, 7 and 8; RFC 8292, section 4). */
const meanings: Readonly<Record<number, Omit<Extract<SendResult, { is: "refused" }>, "is" | "code">>> = {
  401: { reason: "vapid-refused" },
  403: { reason: "vapid-refused" },
  404: { reason: "subscription-gone", mark: "unreachable" },
  410: { reason: "subscription-gone", mark: "unreachable" },
  413: { reason: "payload-too-large" },
};

function resultOf(posted: Posted, now: number): SendResult {
  if (posted.is === "failed") return failures[posted.reason];
  const { status, location } = posted;
  if (status >= 200 && status < 300) return { is: "accepted", providerMessageId: nameIn(location) };
  if (status === 429) return busy("over-the-rate", posted, now, usualPauseSeconds[429]);
  // Should it have been taken after all, the same one again has the same tag and takes its place.
  if (status >= 500) return busy("push-service-unavailable", posted, now, usualPauseSeconds.other);
  return { is: "refused", code: String(status), ...(meanings[status] ?? { reason: "push-service-refused" }) };
}

function busy(
  reason: string,
  { retryAfter }: Extract<Posted, { is: "answered" }>,
  now: number,
  usual: number,
): SendResult {
  const asked = millisecondsIn(retryAfter, now) / 1000;
  const retryAfterSeconds = asked > 0 ? Math.min(longestPauseSeconds, Math.ceil(asked)) : usual;
  return { is: "busy", reason, retryAfterSeconds };
}

/** One browser's push service that cannot be reached is no outage of all: the circuit is not for it. */
const cannotConnect = { is: "busy", reason: "cannot-connect", retryAfterSeconds: 30 } as const;
const forbidden = { is: "refused", reason: "endpoint-forbidden", mark: "unreachable" } as const;

const failures = {
  "forbidden-address": forbidden,
  "forbidden-url": forbidden,
  "no-such-host": cannotConnect,
  "cannot-connect": cannotConnect,
  "tls-failed": cannotConnect,
  timeout: { is: "unknown", reason: "timeout" },
  "connection-lost": { is: "unknown", reason: "reply-lost" },
} as const satisfies Record<Extract<Posted, { is: "failed" }>["reason"], SendResult>;

/** The push service's own name for it, which may be as long as a token. */
function nameIn(location: string | undefined): string {
  return location?.split("/").at(-1)?.slice(-64) || "unnamed";
}
