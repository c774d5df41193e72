import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { parse, stringify } from "node:querystring";

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
  // Names and values are signed without anything between them, so an odd name or value may be a shifted one.
  if (![...fields].every(([name, values]) => isPlausible(name, values))) return undefined;
  return isSigned(signed, suffixOf(fields), tokens) ? fields : undefined;
}

function isPlausible(name: string, values: readonly string[]): boolean {
  if (!knownName.test(name)) return false;
  const shape = shapes.get(name);
  return !shape || (values.length === 1 && values.every((value) => shape.test(value)));
}

/** Names Twilio documents for messaging webhooks, by family. */
const knownName =
  /^(AccountSid|ApiVersion|Body|(Message|Sms)(Sid|Status)|SmsMessageSid|MessagingServiceSid|MessageType|MessagePrice|(From|To)((City|State|Zip|Country))?|Num(Media|Segments)|Media(Url|ContentType|Sid)\d{0,2}|Error(Code|Message|Url)|OptOutType|Channel(\w{2,40})?|RawDlrDoneDate|Referral\w{2,40}|Button(Text|Payload)|ProfileName|WaId|Forwarded|FrequentlyForwarded|OriginalRepliedMessage(Sid|Sender)|EventType|StructuredMessage|Latitude|Longitude|Address|Label|DateCreated|AddOns|InteractiveData|UserIdentifier|ExternalUserId)$/;

const word = /^[a-z_]{1,30}$/;
const messageSid = /^(SM|MM)[0-9a-f]{32}$/;
/** A number or short code, a sender's name, or an account of another channel such as `whatsapp:+15005550006`. */
const party = /^(\+?\d{3,15}|[A-Za-z0-9 &._-]{1,11}|[a-z]{2,12}:[+\w.-]{1,64})$/;

/** What the fields look like that we act on; each of them comes once. */
const shapes: ReadonlyMap<string, RegExp> = new Map([
  ["AccountSid", /^AC[0-9a-f]{32}$/],
  ["MessageSid", messageSid],
  ["SmsSid", messageSid],
  ["MessageStatus", word],
  ["SmsStatus", word],
  ["ErrorCode", /^\d{0,6}$/],
  ["From", party],
  ["To", party],
  ["NumMedia", /^\d{0,2}$/],
  ["OptOutType", /^[A-Z]{0,10}$/],
]);

/** A JSON body is covered only by its hash in the URL: without one the signature says nothing about it. */
function verifiedJson(signed: Signed, tokens: readonly string[]): Fields | undefined {
  const claimed = new URL(signed.url).searchParams.get("bodySHA256");
  const actual = createHash("sha256").update(signed.body).digest("hex");
  if (!claimed || !isSame(claimed, actual)) return undefined;
  return isSigned(signed, "", tokens) ? new Map() : undefined;
}

function isSigned({ url, signature }: Signed, suffix: string, tokens: readonly string[]): boolean {
  const checks = urlForms(url).flatMap((form) => tokens.map((token) => sign(form + suffix, token)));
  return checks.reduce((found, check) => isSame(check, signature) || found, false);
}

function sign(text: string, token: string): string {
  return createHmac("sha1", token).update(text, "utf8").digest("base64");
}

/** Twilio signs with or without the port, and the address as it was given or as its own libraries write it. */
function urlForms(url: string): string[] {
  const normal = new URL(url).toString();
  return [...new Set([url, normal, withEscapedQuery(normal)].flatMap(withAndWithoutPort))];
}

function withAndWithoutPort(url: string): string[] {
  const [, scheme = "", host = "", port = "", rest = ""] =
    /^(https?:\/\/)([^/?#:]*)(:\d+)?(.*)$/.exec(url) ?? [];
  const standard = scheme === "https://" ? ":443" : ":80";
  return [`${scheme}${host}${rest}`, `${scheme}${host}${port || standard}${rest}`];
}

function withEscapedQuery(url: string): string {
  const [path = "", ...query] = url.split("?");
  return query.length > 0 ? `${path}?${stringify(parse(query.join("?")))}` : url;
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
