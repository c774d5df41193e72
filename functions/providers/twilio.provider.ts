import * as z from "zod/mini";
import { type Answer, endpointAt, exchange, isOk, jsonIn } from "../platform/exchange.ts";
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
const silenceMilliseconds = 10_000;

/**
 * Sends SMS and MMS through Twilio. One HTTP call a send: its create has no idempotency key. Credentials that are refused
 * may have been changed since they were read, or are to be changed in a moment: nothing was taken, so the call is made again
 * with what `renewed` gives, and with the token before it.
 */
export function twilioProvider(
  secret: TwilioSecret,
  renewed = async () => secret,
  call: typeof exchange = exchange,
): Provider {
  const ask = askingBy(call);
  const create = async (by: TwilioSecret, outgoing: Outgoing): Promise<SendResult> => {
    try {
      return resultOf(await ask(by, addressOf(by, "/Messages.json"), formOf(outgoing)));
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
        return await findText(asked, startedAt, (path, query) => ask(secret, addressOf(secret, path, query)));
      } catch {
        // A look-up changes nothing: whatever went wrong, the next sweep asks again.
        return { is: "cannot-say" };
      }
    },
    lookUp: async (number) => {
      const { lookupUrl = usualLookupUrl } = secret;
      const url = `${lookupUrl}/v2/PhoneNumbers/${encodeURIComponent(number)}?Fields=line_type_intelligence`;
      return lookedUpFrom(await ask(secret, url));
    },
    isUp: async (from) => {
      try {
        const form = new URLSearchParams({ From: from, PageSize: "1" });
        return isOk(await ask(secret, addressOf(secret, "/Messages.json", form)));
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

function addressOf({ baseUrl, accountSid }: TwilioSecret, path: string, query?: URLSearchParams): string {
  return `${baseUrl}/2010-04-01/Accounts/${accountSid}${path}${query ? `?${query}` : ""}`;
}

/** Reads what is at an address, or posts a form to it. A redirect is an answer like any other. */
type Ask = (secret: TwilioSecret, url: string, form?: URLSearchParams) => Promise<Answer>;

function askingBy(call: typeof exchange): Ask {
  return (secret, url, form) => {
    const { origin, pathname, search } = new URL(url);
    const endpoint = endpointAt(origin);
    const body = form?.toString() ?? "";
    const headers = {
      authorization: `Basic ${Buffer.from(userOf(secret).join(":")).toString("base64")}`,
      host: endpoint.host,
      ...(form && {
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(Buffer.byteLength(body)),
      }),
    };
    const question = { method: form ? "POST" : "GET", path: pathname + search, headers, body } as const;
    return call(endpoint, question, { keeping: "while-busy", silenceMilliseconds });
  };
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

function resultOf(answer: Answer): SendResult {
  const { status, text, headers } = answer;
  if (isOk(answer)) {
    const created = Created.parse(JSON.parse(text));
    const segments = Number(created.num_segments);
    return { is: "accepted", providerMessageId: created.sid, ...(segments > 0 && { segments }) };
  }
  if (status === 429) {
    const seconds = Number(headers["retry-after"]);
    return {
      is: "busy",
      reason: "over-the-rate",
      retryAfterSeconds: seconds > 0 ? Math.min(seconds, 300) : 1,
    };
  }
  if (status === 401)
    return {
      is: "busy",
      reason: credentialsRefused,
      retryAfterSeconds: credentialsRetrySeconds,
      isOutage: true,
    };
  // A server error may come after the message was taken, and who sends us elsewhere is not Twilio: nobody knows.
  if (status >= 500 || status < 400) return { is: "unknown", reason: `http-${status}` };
  const refused = Refused.safeParse(jsonIn(answer));
  const code = refused.success ? String(refused.data.code) : `http-${status}`;
  const { reason, mark, retryAfterSeconds } = meaningOfCode(code);
  if (retryAfterSeconds) return { is: "busy", reason, retryAfterSeconds };
  return { is: "refused", reason, code, ...(mark && { mark }) };
}

function lostOrUnsent(error: unknown): SendResult {
  if (isUnsent(error)) return { is: "busy", reason: "cannot-connect", retryAfterSeconds: 5, isOutage: true };
  return { is: "unknown", reason: isTimeout(error) ? "timeout" : "reply-lost" };
}
