import * as z from "zod/mini";
import { AddressKind } from "../channels/channel.ts";
import { Preferences } from "../preferences/preferences.ts";

/** A time zone that this runtime knows by its IANA name. */
export const TimeZone = z.string().check(z.maxLength(64), z.refine(isTimeZone, "is not an IANA time zone"));

/** A phone number in international form (E.164). */
export const PhoneAddress = z.object({
  id: z.string().check(z.startsWith("adr_")),
  kind: z.literal("phone"),
  value: z.string().check(z.regex(/^\+[1-9]\d{6,14}$/)),
  lineType: z._default(z.enum(["mobile", "landline", "voip", "unknown"]), "unknown"),
  /** When a provider was asked what it is. */
  lookedUpAt: z.optional(z.iso.datetime()),
});

/** What a browser encrypts a subscription's messages with: a point on P-256 and a secret, as it tells them. */
export const SubscriptionKeys = z.strictObject({
  p256dh: z.string().check(z.regex(/^B[\w-]{86}$/, "is not an uncompressed P-256 key in base64url")),
  auth: z.string().check(z.regex(/^[\w-]{22}$/, "is not 16 bytes in base64url")),
});
/** What a browser encrypts a subscription's messages with. */
export type SubscriptionKeys = z.infer<typeof SubscriptionKeys>;

/** An installed app: the token that push providers know it by; or a browser, with the endpoint of its subscription. */
export const DeviceAddress = z.object({
  id: z.string().check(z.startsWith("adr_")),
  kind: z.literal("device"),
  value: z.string().check(z.minLength(8), z.maxLength(4096)),
  platform: z.enum(["fcm", "apns", "web"]),
  /** Of a browser's subscription, and of nothing else. */
  keys: z.optional(SubscriptionKeys),
  /** What the phone's owner allows; a token alone does not make a person reachable. */
  permission: z._default(z.enum(["granted", "provisional", "denied", "unknown"]), "unknown"),
  timeZone: z.optional(TimeZone),
});

/** An e-mail address. */
export const EmailAddress = z.object({
  id: z.string().check(z.startsWith("adr_")),
  kind: z.literal("email"),
  value: z.email().check(z.maxLength(254)),
});

/** One way to reach a contact. */
export const Address = z.discriminatedUnion("kind", [PhoneAddress, DeviceAddress, EmailAddress]);
/** One way to reach a contact. */
export type Address = z.infer<typeof Address>;

/** Most addresses one contact may have. */
export const addressLimit = 20;

/** A phone or e-mail address the contact had: should it come back, what the person said about it still counts. */
const FormerAddress = z.object({
  id: z.string().check(z.startsWith("adr_")),
  kind: AddressKind,
  value: z.string(),
});

/** Most former addresses that are remembered. */
export const formerAddressLimit = 50;

/** Tables keep neither larger whole numbers exactly nor numbers nearer to zero. */
const StorableNumber = z.number().check(
  z.minimum(Number.MIN_SAFE_INTEGER),
  z.maximum(Number.MAX_SAFE_INTEGER),
  z.refine((value) => value === 0 || Math.abs(value) >= 1e-100, "is too near to zero"),
);

const AttributeValue = z.union([z.string().check(z.maxLength(1024)), StorableNumber, z.boolean()]);

/** A person. */
export const Contact = z.object({
  id: z.string().check(z.startsWith("con_")),
  externalId: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  locale: z.optional(z.string().check(z.maxLength(35))),
  timeZone: z.optional(TimeZone),
  /** ISO 3166-1 alpha-2 country and, in the US, the state: both decide which hours the law allows. */
  country: z.optional(z.string().check(z.regex(/^[A-Z]{2}$/))),
  region: z.optional(z.string().check(z.regex(/^[A-Z]{2}$/))),
  attributes: z._default(z.record(z.string().check(z.minLength(1), z.maxLength(64)), AttributeValue), {}),
  preferences: z._default(Preferences, { channels: [] }),
  addresses: z.array(Address).check(z.maxLength(addressLimit)),
  formerAddresses: z.optional(z.array(FormerAddress).check(z.maxLength(formerAddressLimit))),
  createdAt: z.int(),
  updatedAt: z.int(),
});
/** A person. */
export type Contact = z.infer<typeof Contact>;

// Asking for a zone costs more than reading all the rest of a contact. Only zones that are there are kept: they are few.
const zones = new Set<string>();

function isTimeZone(name: string): boolean {
  if (zones.has(name)) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format();
    zones.add(name);
    return true;
  } catch {
    return false;
  }
}
