/** Where a text stands, in Twilio's words. */
export type TextStatus =
  | "accepted"
  | "scheduled"
  | "queued"
  | "sent"
  | "delivered"
  | "undelivered"
  | "failed"
  | "canceled"
  | "received";

/** An SMS or MMS as the provider keeps it, in either direction. */
export interface TextMessage {
  readonly sid: string;
  readonly accountSid: string;
  readonly direction: "outbound-api" | "outbound-reply" | "inbound";
  /** The person's side. */
  readonly handset: string;
  /** The business's side: number, short code or alphanumeric id. */
  readonly sender: string;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly segments: number;
  readonly status: TextStatus;
  readonly errorCode?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly sentAt?: number;
  /** When the phone showed it; the provider learns of it later or never. */
  readonly arrivedAt?: number;
  /** The phone is off and the carrier keeps it. */
  readonly waiting?: boolean;
  readonly sendAt?: number;
  readonly validUntil: number;
  readonly statusCallback?: string;
  readonly messagingServiceSid?: string;
  /** Of AWS: what ties it to its events, and what comes back with each of them. */
  readonly configurationSet?: string;
  readonly context?: Readonly<Record<string, string>>;
  /** The failure that a switch has decided for it. */
  readonly fate?: number;
  /** What the business's inbound webhook made of a person's text. */
  readonly webhook?: "answered" | "lost";
  /** Gone from the API, still on the phone. */
  readonly removed?: boolean;
  /** Its body is gone from the API, still on the phone. */
  readonly redacted?: boolean;
}

/** Who it comes from and who it goes to. */
export function endsOf(text: Pick<TextMessage, "direction" | "handset" | "sender">): {
  from: string;
  to: string;
} {
  const { direction, handset, sender } = text;
  return direction === "inbound" ? { from: handset, to: sender } : { from: sender, to: handset };
}
