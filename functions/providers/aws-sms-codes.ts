import type { Mark, Receipt } from "./provider.ts";
import { busy, type Refusal, refused, shut } from "./refusal.ts";

/** What an event of a text means for us; undefined for one that tells nothing new. */
export interface EventMeaning {
  readonly is: Receipt["is"];
  /** What it is when nothing further will be heard of the text. @default the same */
  readonly finally?: Receipt["is"];
  readonly reason?: string;
  readonly mark?: Mark;
}

/**
 * Types of events in our words (docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html).
 * Many countries' networks report no delivery: there a text that was successful is all that AWS ever says, and it says so.
 * Picture messages have the same events under their own name, and three about their files.
 * TEXT_UNKNOWN has no row: it comes after 72 hours, when we have given up as well.
 */
const events: ReadonlyMap<string, EventMeaning> = new Map<string, EventMeaning>([
  ["TEXT_PENDING", { is: "provider-accepted" }],
  ["TEXT_QUEUED", { is: "provider-accepted" }],
  ["TEXT_SENT", { is: "carrier-accepted" }],
  ["TEXT_SUCCESSFUL", { is: "carrier-accepted", finally: "delivered" }],
  ["TEXT_DELIVERED", { is: "delivered" }],
  ["TEXT_INVALID", { is: "undelivered", reason: "invalid-number", mark: "unreachable" }],
  ["TEXT_INVALID_MESSAGE", { is: "failed", reason: "content-invalid" }],
  ["TEXT_UNREACHABLE", { is: "undelivered", reason: "unreachable" }],
  ["TEXT_CARRIER_UNREACHABLE", { is: "undelivered", reason: "carrier-unreachable" }],
  ["TEXT_BLOCKED", { is: "undelivered", reason: "blocked", mark: "unreachable" }],
  ["TEXT_CARRIER_BLOCKED", { is: "undelivered", reason: "carrier-blocked" }],
  ["TEXT_SPAM", { is: "failed", reason: "content-blocked" }],
  ["TEXT_TTL_EXPIRED", { is: "expired", reason: "validity-over" }],
  ["TEXT_PROTECT_BLOCKED", { is: "failed", reason: "fraud-blocked" }],
  ["TEXT_FILE_INACCESSIBLE", { is: "failed", reason: "file-unreachable" }],
  ["TEXT_FILE_SIZE_EXCEEDED", { is: "failed", reason: "file-too-large" }],
  ["TEXT_FILE_TYPE_UNSUPPORTED", { is: "failed", reason: "file-type-unsupported" }],
]);

/** What an event means. */
export function meaningOfEvent(type: string): EventMeaning | undefined {
  return events.get(type.replace(/^MEDIA_/, "TEXT_"));
}

/** Errors of SendTextMessage and SendMediaMessage and their reasons in our words (docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2). */
const refusals: ReadonlyMap<string, Refusal> = new Map([
  ["ThrottlingException", busy("over-the-rate", 1)],
  ["ServiceQuotaExceededException", shut("quota-used-up")],
  ["ServiceQuotaExceededException/MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", shut("spend-limit-reached")],
  ["ServiceQuotaExceededException/MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA", shut("spend-limit-reached")],
  ["ConflictException", refused("configuration")],
  ["ConflictException/DESTINATION_PHONE_NUMBER_OPTED_OUT", refused("opted-out", "opted-out")],
  ["ConflictException/DESTINATION_PHONE_NUMBER_NOT_VERIFIED", refused("account-in-sandbox")],
  ["ConflictException/DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION", refused("country-blocked")],
  [
    "ConflictException/DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
    refused("number-blocked"),
  ],
  ["ValidationException", refused("request-invalid")],
  ["ValidationException/DESTINATION_COUNTRY_BLOCKED", refused("country-blocked")],
  ["ValidationException/COUNTRY_NOT_ENABLED", refused("country-blocked")],
  ["ValidationException/MAXIMUM_SIZE_EXCEEDED", refused("content-too-long")],
  ["ValidationException/MEDIA_TYPE_NOT_SUPPORTED", refused("file-type-unsupported")],
  ["ValidationException/PRICE_OVER_THRESHOLD", refused("price-over-limit")],
  ["ValidationException/SENDER_ID_NOT_REGISTERED", refused("sender-not-registered")],
  ["ValidationException/SENDER_ID_REQUIRES_REGISTRATION", refused("sender-not-registered")],
  ["ValidationException/INVALID_IDENTITY_FOR_DESTINATION_COUNTRY", refused("sender-not-for-country")],
  ["ResourceNotFoundException", refused("configuration")],
  ["AccessDeniedException", shut("credentials-refused")],
  ["UnrecognizedClientException", shut("credentials-refused")],
  ["ExpiredTokenException", shut("credentials-refused")],
  ["InvalidSignatureException", shut("credentials-refused")],
]);

/** What an error proves: AWS refused the request, so nothing was sent. Undefined for an error that proves nothing. */
export function meaningOfError(name: string, why: string | undefined): Refusal | undefined {
  const known = refusals.get(`${name}/${why ?? ""}`) ?? refusals.get(name);
  return known?.is === "refused" ? { ...known, code: why ?? name } : known;
}
