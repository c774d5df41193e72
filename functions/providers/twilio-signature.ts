import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A request as it came in: nothing decoded but base64. */
export interface Signed {
  /** Our public address with the path and query the request came with. */
  readonly url: string;
  readonly body: string;
  readonly contentType: string;
  readonly signature: string;
}

/** Form fields, with every value in the order it came. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/**
 * Checks X-Twilio-Signature: base64 HMAC-SHA1 over the URL and, for forms, every name and value
 * (twilio.com/docs/usage/security). Returns the fields, or undefined when no token made this signature.
 */
export function verified(signed: Signed, tokens: readonly string[]): Fields | undefined {
  if (signed.contentType.startsWith("application/json")) return verifiedJson(signed, tokens);
  const fields = fieldsOf(signed.body);
  // Names and values are signed without anything between them, so an unknown name may be part of a moved value.
  if ([...fields.keys()].some((name) => !knownName.test(name))) return undefined;
  return isSigned(signed, suffixOf(fields), tokens) ? fields : undefined;
}

/** Names Twilio documents for messaging webhooks, by family. */
const knownName =
  /^(AccountSid|ApiVersion|Body|(Message|Sms)(Sid|Status)|SmsMessageSid|MessagingServiceSid|MessageType|MessagePrice|(From|To)((City|State|Zip|Country))?|Num(Media|Segments)|Media(Url|ContentType|Sid)\d{0,2}|Error(Code|Message|Url)|OptOutType|Channel(\w{2,40})?|RawDlrDoneDate|Referral\w{2,40}|Button(Text|Payload)|ProfileName|WaId|Forwarded|FrequentlyForwarded|OriginalRepliedMessage(Sid|Sender)|EventType|StructuredMessage|Latitude|Longitude|Address|Label|DateCreated|AddOns|InteractiveData|UserIdentifier|ExternalUserId)$/;

/** A JSON body is covered only by its hash in the URL: without one the signature says nothing about it. */
function verifiedJson(signed: Signed, tokens: readonly string[]): Fields | undefined {
  const claimed = new URL(signed.url).searchParams.get("bodySHA256");
  const actual = createHash("sha256").update(signed.body).digest("hex");
  if (!claimed || !isSame(claimed, actual)) return undefined;
  return isSigned(signed, "", tokens) ? new Map() : undefined;
}

function isSigned({ url, signature }: Signed, suffix: string, tokens: readonly string[]): boolean {
  // Twilio signs with or without the default port, whichever its own URL had.
  const checks = urlForms(url).flatMap((form) => tokens.map((token) => sign(form + suffix, token)));
  return checks.reduce((found, check) => isSame(check, signature) || found, false);
}

function sign(text: string, token: string): string {
  return createHmac("sha1", token).update(text, "utf8").digest("base64");
}

function urlForms(url: string): string[] {
  const { protocol, port, hostname } = new URL(url);
  const rest = url.slice(url.indexOf("//") + 2).replace(/^[^/?#]*/, "");
  const standard = protocol === "https:" ? "443" : "80";
  return [`${protocol}//${hostname}${rest}`, `${protocol}//${hostname}:${port || standard}${rest}`];
}

function fieldsOf(body: string): Fields {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(body))
    fields.set(name, [...(fields.get(name) ?? []), value]);
  return fields;
}

function suffixOf(fields: Fields): string {
  return [...fields.keys()]
    .toSorted()
    .map((name) =>
      [...new Set(fields.get(name))]
        .toSorted()
        .map((value) => name + value)
        .join(""),
    )
    .join("");
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
