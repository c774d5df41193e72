import * as z from "zod";
import type { Found, Outgoing, Provider, Receipt, SendResult } from "./provider.ts";
import { meaningOfCode } from "./twilio-codes.ts";

/** Twilio's message statuses in our words (twilio.com/docs/messaging/api/message-resource#message-status-values). */
export const statuses: Readonly<Record<string, Receipt["is"]>> = {
  accepted: "provider-accepted",
  scheduled: "provider-accepted",
  queued: "provider-accepted",
  sending: "provider-accepted",
  sent: "carrier-accepted",
  delivered: "delivered",
  partially_delivered: "delivered",
  read: "read",
  undelivered: "undelivered",
  failed: "failed",
  canceled: "expired",
};

/** Dropped unsent because its validity period was over. */
const validityOver = "30036";

/** Errors that prove that no request was sent. */
const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
]);

/** What the secret of a Twilio connection holds. An API key, when there is one, makes calls; the token checks callbacks. */
export const TwilioSecret = z.object({
  accountSid: z.string().regex(/^AC[0-9a-f]{32}$/),
  authToken: z.string().min(16),
  previousAuthToken: z.string().min(16).optional(),
  apiKeySid: z.string().optional(),
  apiKeySecret: z.string().optional(),
  /** Another region or edge. @default https://api.twilio.com */
  baseUrl: z.url().default("https://api.twilio.com"),
});
/** What the secret of a Twilio connection holds. */
export type TwilioSecret = z.infer<typeof TwilioSecret>;

const callTimeoutMilliseconds = 10_000;

/** Sends SMS and MMS through Twilio. One HTTP call a send: its create has no idempotency key. */
export function twilioProvider(secret: TwilioSecret): Provider {
  return {
    send: async (outgoing) => {
      try {
        const response = await call(secret, "POST", "/Messages.json", formOf(outgoing));
        return await resultOf(response);
      } catch (error) {
        return lostOrUnsent(error);
      }
    },
    find: async (outgoing, startedAt) => {
      try {
        return await findIn(secret, outgoing, startedAt);
      } catch {
        // A look-up changes nothing: whatever went wrong, the next sweep asks again.
        return { is: "cannot-say" };
      }
    },
  };
}

function formOf({ channel, to, from, content, validitySeconds, statusUrl }: Outgoing): URLSearchParams {
  const form = new URLSearchParams({
    To: to.value,
    From: from,
    Body: content.text,
    // Five more tries for every kind of failure: by default Twilio tries a callback once more and only if it cannot connect.
    StatusCallback: `${statusUrl}#rc=5&rp=all`,
    ValidityPeriod: String(Math.min(36_000, Math.max(1, Math.floor(validitySeconds)))),
  });
  if (channel === "mms") for (const url of content.mediaUrls) form.append("MediaUrl", url);
  return form;
}

function call(
  secret: TwilioSecret,
  method: "GET" | "POST",
  path: string,
  form: URLSearchParams,
): Promise<Response> {
  const user =
    secret.apiKeySid && secret.apiKeySecret
      ? [secret.apiKeySid, secret.apiKeySecret]
      : [secret.accountSid, secret.authToken];
  const base = `${secret.baseUrl}/2010-04-01/Accounts/${secret.accountSid}${path}`;
  return fetch(method === "GET" ? `${base}?${form}` : base, {
    method,
    headers: { authorization: `Basic ${Buffer.from(user.join(":")).toString("base64")}` },
    ...(method === "POST" && { body: form }),
    redirect: "error",
    signal: AbortSignal.timeout(callTimeoutMilliseconds),
  });
}

const Created = z.object({ sid: z.string(), num_segments: z.string().optional() });
const Refused = z.object({ code: z.coerce.string() });

async function resultOf(response: Response): Promise<SendResult> {
  if (response.ok) {
    const created = Created.parse(await response.json());
    const segments = Number(created.num_segments);
    return { is: "accepted", providerMessageId: created.sid, ...(segments > 0 && { segments }) };
  }
  if (response.status === 429) {
    const seconds = Number(response.headers.get("retry-after"));
    return {
      is: "busy",
      reason: "over-the-rate",
      retryAfterSeconds: seconds > 0 ? Math.min(seconds, 300) : 1,
    };
  }
  // A server error may come after the message was taken: nobody knows.
  if (response.status >= 500) return { is: "unknown", reason: `http-${response.status}` };
  const refused = Refused.safeParse(await response.json().catch(() => undefined));
  const code = refused.success ? refused.data.code : `http-${response.status}`;
  const { reason, mark, isBusy } = meaningOfCode(code);
  if (isBusy) return { is: "busy", reason, retryAfterSeconds: 1 };
  return { is: "refused", reason, code, ...(mark && { mark }) };
}

function lostOrUnsent(error: unknown): SendResult {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const code = cause && "code" in cause ? String(cause.code) : "";
  if (beforeSending.has(code)) return { is: "busy", reason: "cannot-connect", retryAfterSeconds: 5 };
  return {
    is: "unknown",
    reason: error instanceof Error && error.name === "TimeoutError" ? "timeout" : "reply-lost",
  };
}

const Listed = z.object({
  messages: z.array(
    z.object({
      sid: z.string(),
      status: z.string(),
      body: z.string().nullable(),
      date_created: z.string(),
      error_code: z.coerce.string().nullable(),
    }),
  ),
});

/** How far the provider's clock and ours may be apart. */
const clockDifference = 60_000;
/** An attempt is created within this time after it started, or not at all. */
const createdWithin = 5 * 60_000;

async function findIn(
  secret: TwilioSecret,
  outgoing: Parameters<Provider["find"]>[0],
  startedAt: number,
): Promise<Found> {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const days = [...new Set([day(startedAt - clockDifference), day(startedAt + createdWithin)])];
  const pages = await Promise.all(
    days.map(async (DateSent) => {
      const form = new URLSearchParams({
        To: outgoing.to.value,
        From: outgoing.from,
        DateSent,
        PageSize: "100",
      });
      return Listed.parse(await (await call(secret, "GET", "/Messages.json", form)).json()).messages;
    }),
  );
  const matching = pages.flat().filter(({ body, date_created: created }) => {
    const at = Date.parse(created);
    return (
      body === outgoing.content.text && at >= startedAt - clockDifference && at <= startedAt + createdWithin
    );
  });
  const [only, another] = matching;
  if (!only) return { is: "none" };
  if (another && another.sid !== only.sid) return { is: "cannot-say" };
  const receipt = receiptOf(
    outgoing.attemptId,
    only.status,
    only.error_code ?? undefined,
    only.sid,
    startedAt,
    "reconcile",
  );
  return receipt ? { is: "found", receipt } : { is: "cannot-say" };
}

/** A status of Twilio's as a receipt; undefined for one we do not know. */
export function receiptOf(
  attemptId: string,
  status: string,
  code: string | undefined,
  providerMessageId: string,
  at: number,
  from: Receipt["from"],
): Receipt | undefined {
  const is = code === validityOver ? "expired" : statuses[status];
  if (!is) return undefined;
  const known = code && code !== "null" ? { code, ...meaningFields(code) } : {};
  return { attemptId, is, at, from, providerMessageId, ...known };
}

function meaningFields(code: string): Pick<Receipt, "reason" | "mark"> {
  const { reason, mark } = meaningOfCode(code);
  return { reason, ...(mark && { mark }) };
}
