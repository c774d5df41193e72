import * as z from "zod/mini";
import type { Address } from "../contacts/contact.ts";
import type { Category } from "../messages/category.ts";
import type { Content } from "../messages/content.ts";
import type { Channel } from "../channels/channel.ts";

/** One message as a provider gets it. */
export interface Outgoing {
  readonly attemptId: string;
  readonly channel: Channel;
  readonly to: Address;
  /** The sender's identity at the provider. */
  readonly from: string;
  readonly content: Content;
  /** How soon it matters. @default 1, soon enough */
  readonly urgency?: Category["urgency"];
  /** Seconds after which the provider must drop it unsent. */
  readonly validitySeconds: number;
  /** Where the provider reports what became of it; carries the attempt's id. */
  readonly statusUrl: string;
  /** How an app proves that a notification was seen. */
  readonly receipt?: { readonly token: string; readonly url: string };
  /** What only an e-mail has. */
  readonly mail?: Mail;
}

/** Mail that people asked for by what they did, and mail that they agreed to: either has a reputation of its own. */
export type Stream = "transactional" | "marketing";

/** A file that goes along with an e-mail. */
export interface AttachedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType?: string;
}

/** The files of an e-mail, or why it cannot go: for now, or for good. */
export type Attached =
  | { readonly are: "there"; readonly files: readonly AttachedFile[] }
  | { readonly are: "missing"; readonly reason: string; readonly isLasting: boolean };

/** What only an e-mail has. */
export interface Mail {
  /** Name in front of the address that it comes from. */
  readonly fromName: string;
  readonly replyTo?: string;
  readonly stream: Stream;
  /** Where one request ends mail of this kind (RFC 8058). */
  readonly unsubscribeUrl: string;
  /** @default - nothing goes along */
  readonly attached?: Attached;
}

/** What an address turned out to be. */
export type Mark = "unreachable" | "opted-out";

/** What a provider call came to. Only `busy` and `refused` prove that nothing was sent. */
export type SendResult =
  | { readonly is: "accepted"; readonly providerMessageId: string; readonly segments?: number }
  | { readonly is: "refused"; readonly reason: string; readonly code?: string; readonly mark?: Mark }
  | {
      readonly is: "busy";
      readonly reason: string;
      readonly retryAfterSeconds: number;
      /** Nothing at all gets through: it is no matter of pace. */
      readonly isOutage?: true;
    }
  | { readonly is: "unknown"; readonly reason: string };

/** What a reconcile look-up found at the provider; `none` proves that it never took the message. */
export type Found =
  | { readonly is: "found"; readonly receipt: Receipt }
  | { readonly is: "none" }
  | { readonly is: "cannot-say" };

/** What a message that may be known to a provider is looked for by. */
export interface AskedFor extends Pick<Outgoing, "attemptId" | "to" | "from" | "content"> {
  /** @default - its reply was lost, and with it its name */
  readonly providerMessageId?: string;
}

/** Files where the provider takes them from, or why there are none that it would take. */
export type Brought =
  | { readonly is: "brought"; readonly mediaUrls: readonly string[] }
  | { readonly is: "refused"; readonly reason: string };

/** What a provider knows of a phone number. */
export type LookedUp =
  | { readonly is: "known"; readonly lineType: "mobile" | "landline" | "voip" | "unknown" }
  | { readonly is: "invalid" };

/** One channel provider: transport only, no rules. */
export interface Provider {
  readonly send: (outgoing: Outgoing) => Promise<SendResult>;
  /** Brings a message's files to where it takes them from, before the message has its slot. @default it takes them from where they are */
  readonly bring?: (mediaUrls: readonly string[]) => Promise<Brought>;
  /** Looks for a message whose reply or report was lost. @default - it cannot be asked */
  readonly find?: (asked: AskedFor, startedAt: number) => Promise<Found>;
  /** Whether it would take messages from a sender, asked without sending any. @default - it cannot be asked */
  readonly isUp?: (from: string) => Promise<boolean>;
  /** What kind of line a number is, for money; throws when it could not be asked. @default - it does not know */
  readonly lookUp?: (number: string) => Promise<LookedUp>;
}

/** Proof or failure of an attempt, in our words. */
export const Receipt = z.object({
  attemptId: z.string(),
  is: z.enum([
    "provider-accepted",
    "carrier-accepted",
    "delivered",
    "read",
    "undelivered",
    "failed",
    "expired",
  ]),
  at: z.int(),
  from: z.enum(["callback", "app", "reconcile"]),
  providerMessageId: z.optional(z.string()),
  code: z.optional(z.string()),
  reason: z.optional(z.string()),
  mark: z.optional(z.enum(["unreachable", "opted-out"])),
});
/** Proof or failure of an attempt. */
export type Receipt = z.infer<typeof Receipt>;

/** A message from a person as a provider hands it to us. */
export const Arrived = z.object({
  connection: z.string(),
  providerMessageId: z.string(),
  channel: z.enum(["sms", "mms"]),
  from: z.string(),
  to: z.string(),
  text: z.string().check(z.maxLength(10_000)),
  mediaUrls: z.array(z.string()).check(z.maxLength(10)),
  at: z.int(),
  /** Keyword the provider has already acted on and answered. */
  handledKeyword: z.optional(z.enum(["opt-out", "opt-in", "help"])),
});
/** A message from a person. */
export type Arrived = z.infer<typeof Arrived>;
