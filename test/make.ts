import { type Gate, openGate } from "../functions/consent/gate.ts";
import type { Address, Contact } from "../functions/contacts/contact.ts";
import { Category } from "../functions/messages/category.ts";
import type { Message } from "../functions/messages/message.ts";
import type { Plan } from "../functions/messages/plan.ts";
import { Sender } from "../functions/senders/sender.ts";

/** Noon in New York on a Monday: nobody's quiet hours in the Americas or Europe. */
export const noon = Date.UTC(2026, 10, 23, 17, 0, 0);

/** A person in New York with a phone and the app. */
export function aContact(more: Partial<Contact> = {}): Contact {
  return {
    id: "con_01HZX0000000000000000000AA",
    name: "Ada",
    timeZone: "America/New_York",
    country: "US",
    region: "NY",
    attributes: {},
    preferences: { channels: [] },
    addresses: [
      { id: "adr_phone", kind: "phone", value: "+12125550123", lineType: "mobile" },
      { id: "adr_app", kind: "device", value: "handset-12125550123", platform: "fcm", permission: "granted" },
    ],
    createdAt: noon,
    updatedAt: noon,
    ...more,
  };
}

/** An accepted message nobody has looked at yet. */
export function aMessage(more: Partial<Message> = {}): Message {
  return {
    id: "msg_01HZX0000000000000000000MM",
    contactId: "con_01HZX0000000000000000000AA",
    category: "delivery-update",
    content: { text: "Your parcel arrives today.", mediaUrls: [] },
    createdAt: noon,
    expiresAt: noon + 3 * 86_400_000,
    status: "accepted",
    step: -1,
    attempts: [],
    timeline: [{ at: noon, what: "accepted" }],
    dueAt: noon + 60_000,
    version: 1,
    ...more,
  };
}

/** A transactional category that goes out on any channel. */
export function aCategory(more: Partial<Category> = {}): Category {
  return {
    ...Category.parse({ id: "delivery-update", purpose: "transactional", urgency: 2, archival: 1 }),
    ...more,
  };
}

/** A US number that texts ten segments a second. */
export function aSender(more: Partial<Sender> = {}): Sender {
  const number = {
    id: "us-number",
    kind: "10dlc",
    identity: "+15005550006",
    channels: ["sms"],
    connection: "twilio-main",
    countries: ["US", "CA"],
    mps: 10,
  };
  return { ...Sender.parse(number), ...more };
}

/** An address that e-mails come from. */
export function aMailSender(more: Partial<Sender> = {}): Sender {
  const mail = {
    id: "mail",
    kind: "email",
    identity: "hello@mail.northwind.example",
    channels: ["email"],
    connection: "ses-main",
    countries: "*",
    mps: 14,
    costMicros: 100,
  };
  return { ...Sender.parse(mail), ...more };
}

/** Ada's mailbox. */
export function aMailbox(): Address {
  return { id: "adr_mail", kind: "email", value: "ada@example.com" };
}

/** The gate of a contact who has said nothing yet. */
export function aGate(more: Partial<Gate> = {}): Gate {
  return { ...openGate("con_01HZX0000000000000000000AA"), ...more };
}

/** A plan of a notification, and of a text for whoever has not seen that in time. */
export function pushThenSms(waitSeconds: number, decidedAt = noon): Plan {
  return {
    steps: [
      { channel: "push", addressId: "adr_app", senderId: "app", waitSeconds },
      { channel: "sms", addressId: "adr_phone", senderId: "us-number", waitSeconds: 0 },
    ],
    considered: [],
    decidedAt,
  };
}
