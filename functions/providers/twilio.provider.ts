import * as z from "zod/mini";
import type { Outgoing, Provider, SendResult } from "./provider.ts";
import { meaningOfCode } from "./twilio-codes.ts";
import { findText } from "./twilio-find.ts";
import { lookedUpFrom } from "./twilio-lookup.ts";
import { isTimeout, isUnsent } from "./unsent.ts";

/** What the secret of a Twilio connection holds. An API key, when there is one, makes calls; the token checks callbacks. */
export const TwilioSecret = z.object({
  accountSid: z.string().check(z.regex(/^AC[0-9a-f]{32}$/)),
  authToken: z.string().check(z.minLength(16)),
  previousAuthToken: z.optional(z.string().check(z.minLength(16))),
  apiKeySid: z.optional(z.string()),
  apiKeySecret: z.optional(z.string()),
  /** Another region or edge. @default https://api.twilio.com */
  baseUrl: z._default(z.url(), "https://api.twilio.com"),
  /** Where numbers are looked up. @default https://lookups.twilio.com */
  lookupUrl: z.optional(z.url()),
});
/** What the secret of a Twilio connection holds. */
export type TwilioSecret = z.infer<typeof TwilioSecret>;

const usualLookupUrl = "https://lookups.twilio.com";
const callTimeoutMilliseconds = 10_000;

/**
 * Sends SMS and MMS through Twilio. One HTTP call a send: its create has no idempotency key. Credentials that are refused
 * may have been changed since they were read, or are to be changed in a moment: nothing was taken, so the call is made again
 * with what `renewed` gives, and with the token before it.
 */
export function twilioProvider(secret: TwilioSecret, renewed = async () => secret): Provider {
  const create = async (by: TwilioSecret, outgoing: Outgoing): Promise<SendResult> => {
    try {
      return await resultOf(await call(by, "POST", "/Messages.json", formOf(outgoing)));
    } catch (error) {
      return lostOrUnsent(error);
    }
  };
  return {
    send: async (outgoing) => {
      let result = await create(secret, outgoing);
      if (!isCredentialsRefused(result)) return result;
      const tried = new Set([userOf(secret).join()]);
      const fresh = await renewed();
      const before = fresh.previousAuthToken && { ...fresh, authToken: fresh.previousAuthToken };
      for (const other of [fresh, ...(before ? [before] : [])]) {
        const user = userOf(other).join();
        if (tried.has(user)) continue;
        tried.add(user);
        result = await create(other, outgoing);
        if (!isCredentialsRefused(result)) return result;
      }
      return result;
    },
    find: async (asked, startedAt) => {
      try {
        return await findText(asked, startedAt, (path, query) => call(secret, "GET", path, query));
      } catch {
        // A look-up changes nothing: whatever went wrong, the next sweep asks again.
        return { is: "cannot-say" };
      }
    },
    lookUp: async (number) => {
      const { lookupUrl = usualLookupUrl } = secret;
      const url = `${lookupUrl}/v2/PhoneNumbers/${encodeURIComponent(number)}?Fields=line_type_intelligence`;
      return lookedUpFrom(await fetch(url, { ...callOptions(), headers: headersFor(secret) }));
    },
    isUp: async (from) => {
      try {
        const form = new URLSearchParams({ From: from, PageSize: "1" });
        return (await call(secret, "GET", "/Messages.json", form)).ok;
      } catch {
        return false;
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
  const base = `${secret.baseUrl}/2010-04-01/Accounts/${secret.accountSid}${path}`;
  return fetch(method === "GET" ? `${base}?${form}` : base, {
    method,
    headers: headersFor(secret),
    ...(method === "POST" && { body: form }),
    ...callOptions(),
  });
}

function headersFor(secret: TwilioSecret): Record<string, string> {
  return {
    authorization: `Basic ${Buffer.from(userOf(secret).join(":")).toString("base64")}`,
    // A connection kept over a pause may be dead, and a request lost on it would be a lost reply: never use one twice.
    connection: "close",
  };
}

function callOptions(): { readonly redirect: "error"; readonly signal: AbortSignal } {
  return { redirect: "error", signal: AbortSignal.timeout(callTimeoutMilliseconds) };
}

function userOf({ apiKeySid, apiKeySecret, accountSid, authToken }: TwilioSecret): readonly string[] {
  return apiKeySid && apiKeySecret ? [apiKeySid, apiKeySecret] : [accountSid, authToken];
}

/** Our word for credentials that the provider does not take: a fault of ours, which the message waits for. */
const credentialsRefused = "credentials-refused";
const credentialsRetrySeconds = 60;

function isCredentialsRefused(result: SendResult): boolean {
  return result.is === "busy" && result.reason === credentialsRefused;
}

const Created = z.object({ sid: z.string(), num_segments: z.optional(z.string()) });
const Refused = z.object({ code: z.union([z.number(), z.string().check(z.minLength(1))]) });

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
  if (response.status === 401)
    return {
      is: "busy",
      reason: credentialsRefused,
      retryAfterSeconds: credentialsRetrySeconds,
      isOutage: true,
    };
  // A server error may come after the message was taken: nobody knows.
  if (response.status >= 500) return { is: "unknown", reason: `http-${response.status}` };
  const refused = Refused.safeParse(await response.json().catch(() => undefined));
  const code = refused.success ? String(refused.data.code) : `http-${response.status}`;
  const { reason, mark, retryAfterSeconds } = meaningOfCode(code);
  if (retryAfterSeconds) return { is: "busy", reason, retryAfterSeconds };
  return { is: "refused", reason, code, ...(mark && { mark }) };
}

function lostOrUnsent(error: unknown): SendResult {
  if (isUnsent(error)) return { is: "busy", reason: "cannot-connect", retryAfterSeconds: 5, isOutage: true };
  return { is: "unknown", reason: isTimeout(error) ? "timeout" : "reply-lost" };
}
