import * as z from "zod/mini";

/** What a person or a test may change about a handset and the network around it. */
export const Switches = z.object({
  /** The app does not run: notifications are not shown and no receipt is posted. */
  appOff: z.boolean(),
  /** The app was uninstalled: the push provider refuses its token. */
  appRemoved: z.boolean(),
  /** The person does not allow notifications. */
  pushDisabled: z.boolean(),
  /** Texts and notifications wait until the phone is on again, or their validity ends. */
  phoneOff: z.boolean(),
  /** Texts fail with 30006. */
  landline: z.boolean(),
  /** The number belongs to an internet phone. */
  voip: z.boolean(),
  /** The carrier never says more than "sent". */
  noReceipts: z.boolean(),
  /** Receipts come this late, at most 72 hours. */
  receiptDelaySeconds: z.int().check(z.minimum(0), z.maximum(259_200)),
  /** Texts wait this long at the provider before the carrier takes them. */
  queueSeconds: z.int().check(z.minimum(0), z.maximum(36_000)),
  /** The provider takes the message but cuts the connection before it answers. */
  loseReply: z.boolean(),
  /** What the server of the mailbox does with e-mails: takes them, knows no such mailbox, has no room, asks for patience, or takes them for a person who calls them spam; or the provider finds a virus. */
  mailbox: z.enum(["open", "gone", "full", "slow", "complains", "virus"]),
  /** A code of Twilio for texts, an HTTP status below 1000 for push and e-mail; null lets everything through. */
  errorCode: z.nullable(z.int().check(z.minimum(100), z.maximum(99_999))),
  /** `loseReply` and `errorCode` are for the next message only. */
  once: z.boolean(),
});
/** What a person or a test may change about a handset and the network around it. */
export type Switches = z.infer<typeof Switches>;

/** A simulated phone, a device that is known by its push token only, or a mailbox that is on no phone. */
export interface Handset {
  /** The phone number in E.164, the push token, or the e-mail address. */
  readonly id: string;
  readonly createdAt: number;
  /** When something last happened on it. */
  readonly usedAt: number;
  readonly switches: Switches;
}

/** A phone that works. */
export function newHandset(id: string, now: number): Handset {
  return { id, createdAt: now, usedAt: now, switches: allWell };
}

/** The handset behind a push token: `handset-12125550123` or `handset-12125550123-tablet` is +12125550123. */
export function handsetOfToken(token: string): string {
  const digits = /^handset-(\d{6,15})(?:-.*)?$/.exec(token)?.[1];
  return digits ? `+${digits}` : token;
}

/** The handset that a mailbox is read on: `handset-12125550123@example.com` is on +12125550123, any other is one of its own. */
export function handsetOfMailbox(address: string): string {
  const mailbox = address.toLowerCase();
  const [name = ""] = mailbox.split("@");
  const handset = handsetOfToken(name);
  return handset === name ? mailbox : handset;
}

const allWell: Switches = {
  appOff: false,
  appRemoved: false,
  pushDisabled: false,
  phoneOff: false,
  landline: false,
  voip: false,
  noReceipts: false,
  receiptDelaySeconds: 0,
  queueSeconds: 0,
  loseReply: false,
  mailbox: "open",
  errorCode: null,
  once: false,
};
