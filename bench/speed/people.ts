import type { Gate } from "../../functions/consent/gate.ts";
import type { Address, Contact } from "../../functions/contacts/contact.ts";
import type { RouteInput } from "../../functions/messages/candidates.ts";
import type { Message } from "../../functions/messages/message.ts";
import { business } from "../../heliograph.config.ts";
import { randomFrom } from "./measure.ts";

/** Noon in New York on a Monday in November 2026. */
const now = Date.UTC(2026, 10, 23, 17);
const day = 86_400_000;

/** Where people are, with the beginnings of numbers there and how many digits follow. */
const places = [
  { country: "US", region: "NY", timeZone: "America/New_York", starts: ["+1212555", "+1917555"], digits: 4 },
  { country: "US", region: "TX", timeZone: undefined, starts: ["+1512555", "+1214555"], digits: 4 },
  { country: "US", region: "FL", timeZone: undefined, starts: ["+1305555", "+1850555"], digits: 4 },
  { country: "US", region: undefined, timeZone: undefined, starts: ["+1310555", "+1702555"], digits: 4 },
  { country: "CA", region: undefined, timeZone: "America/Toronto", starts: ["+1416555"], digits: 4 },
  { country: "GB", region: undefined, timeZone: "Europe/London", starts: ["+4474001"], digits: 5 },
  { country: "DE", region: undefined, timeZone: undefined, starts: ["+4915123"], digits: 6 },
  { country: undefined, region: undefined, timeZone: undefined, starts: ["+3361234"], digits: 5 },
  { country: "AU", region: undefined, timeZone: "Australia/Sydney", starts: ["+61412"], digits: 6 },
] as const;

/** The two categories in which most rules speak up; marketing has consent, caps and the law's hours. */
const categories = business.categories.filter(({ id }) => id === "offer" || id === "delivery-update");

/** What routing is asked about many people, no two alike; the same people every time. */
export function routings(count: number): RouteInput[] {
  const random = randomFrom(20_261_123);
  return Array.from({ length: count }, (_, index) => {
    const category = categories[index % categories.length];
    if (!category) throw new Error("The default business has no such category");
    const contact = aPerson(index, random);
    const { senders, brand } = business;
    return {
      message: aMessage(index, contact, category.id),
      category,
      contact,
      gate: aGate(contact, random),
      senders,
      brand,
      now,
    };
  });
}

/** A message as its table keeps it, in plain JSON. */
export function storedItem(message: Message): string {
  const { id, contactId, createdAt, version, dueAt } = message;
  return JSON.stringify({
    pk: id,
    sk: "message",
    contactId,
    createdAt,
    version,
    dueAt,
    dueShard: 3,
    message,
  });
}

function aPerson(index: number, random: (limit: number) => number): Contact {
  const place = places[random(places.length)] ?? places[0];
  const start = place.starts[random(place.starts.length)] ?? place.starts[0];
  const number = `${start}${String(random(10 ** place.digits)).padStart(place.digits, "0")}`;
  const phone: Address = { id: idOf("adr", index * 2), kind: "phone", value: number, lineType: "mobile" };
  const device: Address = {
    id: idOf("adr", index * 2 + 1),
    kind: "device",
    value: `token-${index}-${random(1_000_000_000)}`,
    platform: "fcm",
    permission: random(5) === 0 ? "denied" : "granted",
  };
  return {
    id: idOf("con", index),
    name: "Ada",
    ...(place.country && { country: place.country }),
    ...(place.region && { region: place.region }),
    ...(place.timeZone && { timeZone: place.timeZone }),
    attributes: {},
    preferences: {
      channels: random(3) === 0 ? ["push", "sms"] : [],
      ...(random(4) === 0 && { quietHours: { from: "22:00", to: "07:30" } }),
    },
    addresses: random(4) === 0 ? [phone] : [phone, device],
    createdAt: now - 90 * day,
    updatedAt: now - 30 * day,
  };
}

/** What the gate knows: consent to marketing for most, three messages in the last weeks, sometimes a channel used last. */
function aGate(contact: Contact, random: (limit: number) => number): Gate {
  const consents: Gate["consents"] = {};
  const claims: Gate["claims"] = {};
  for (const { id } of contact.addresses) {
    const state = random(8) === 0 ? "out" : "in";
    consents[`${id}/marketing`] = { state, at: now - 60 * day, entryId: idOf("cse", random(1_000_000)) };
  }
  for (let sent = 0; sent < 3; sent += 1) {
    const addressId = contact.addresses[0]?.id ?? "";
    const purpose = sent === 0 ? "marketing" : "transactional";
    const at = now - (3 + sent * 9) * day;
    claims[`${idOf("msg", random(1_000_000_000))}.1`] = {
      at,
      addressId,
      channel: "sms",
      purpose,
      is: "claimed",
    };
  }
  const last = contact.addresses.at(-1);
  return {
    contactId: contact.id,
    version: 7,
    consents,
    claims,
    reach: {},
    ...(last &&
      random(2) === 0 && {
        lastUsed: {
          channel: last.kind === "device" ? "push" : "sms",
          addressId: last.id,
          at: now - random(40) * day,
        },
      }),
    unwritten: [],
  };
}

function aMessage(index: number, contact: Contact, category: string): Message {
  const text = `Hello Ada, your order ${100_000 + index} is on its way and arrives today between 10:00 and 12:00. Follow it in the app or at https://northwind.example/t/${index}`;
  return {
    id: idOf("msg", index),
    contactId: contact.id,
    category,
    content: { text, title: "Your order", mediaUrls: [], link: `https://northwind.example/t/${index}` },
    createdAt: now,
    expiresAt: now + 3 * day,
    status: "accepted",
    step: -1,
    attempts: [],
    timeline: [{ at: now, what: "accepted" }],
    dueAt: now + 60_000,
    version: 1,
  };
}

function idOf(kind: string, number: number): string {
  return `${kind}_01HZX${number.toString(36).toUpperCase().padStart(21, "0")}`;
}
