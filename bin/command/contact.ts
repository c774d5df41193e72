import type { Body, Heliograph } from "../../client/client.ts";
import { type Command, type Given, type Screen, wordOf, WrongUsage } from "./command.ts";
import { type Contact, contactOf } from "./contact-of.ts";
import { statusIn } from "./paint.ts";
import { table, timeOf } from "./table.ts";

type NewAddress = Body<Heliograph["addAddress"]>;

const profile = {
  name: { does: "What they are called", value: "text" },
  "external-id": { does: "Their id in your own system", value: "id" },
  zone: { does: "Their time zone, such as America/New_York", value: "zone" },
  locale: { does: "Their language, such as en-US", value: "locale" },
  country: { does: "Where they live, such as US", value: "code" },
} as const;
const addresses = {
  phone: { does: "A phone number", value: "number", many: true },
  email: { does: "An e-mail address", value: "address", many: true },
  device: { does: "The push token of a device with your app", value: "token", many: true },
  platform: { does: "What the device's push goes through", value: "name", oneOf: ["fcm", "apns"] },
} as const;

/** heliograph contact … */
export const contactCommands: readonly Command[] = [
  {
    name: "contact add",
    does: "Adds a contact with their addresses.",
    options: { ...profile, ...addresses },
    examples: [
      'contact add --name Ada --phone "+1 212 555 0123" --zone America/New_York',
      "contact add --external-id customer-4711 --device handset-12125550123 --platform fcm",
    ],
    run: async (given, { api, screen }) => {
      const contact = await api().createContact({ ...profileIn(given), addresses: addressesIn(given) });
      showContact(contact, screen);
    },
  },
  {
    name: "contact show",
    does: "Shows a contact, found by id, phone number, e-mail address, token or your own id.",
    takes: "<contact>",
    examples: ['contact show "+1 212 555 0123"'],
    run: async (given, { api, screen }) =>
      showContact(await contactOf(api(), wordOf(given, 0, "contact")), screen),
  },
  {
    name: "contact change",
    does: "Changes a contact: what is given takes the place of what was known, further addresses are added.",
    takes: "<contact>",
    options: { ...profile, ...addresses },
    examples: ['contact change customer-4711 --zone Europe/Berlin --phone "+49 30 901820"'],
    run: async (given, { api, screen }) => {
      const known = await contactOf(api(), wordOf(given, 0, "contact"));
      let contact = known;
      const change = profileIn(given);
      if (Object.keys(change).length > 0) contact = await api().changeContact(known.id, change);
      for (const address of addressesIn(given)) contact = await api().addAddress(known.id, address);
      showContact(contact, screen);
    },
  },
  {
    name: "contact timeline",
    does: "Lists what was sent to a contact and what they wrote, newest first.",
    takes: "<contact>",
    options: { limit: { does: "Most entries", value: "number" } },
    examples: ["contact timeline customer-4711 --limit 5"],
    run: async (given, { api, screen }) => {
      const { id } = await contactOf(api(), wordOf(given, 0, "contact"));
      const { entries } = await api().timelineOfContact(id, { limit: Number(given.option("limit") ?? 20) });
      const { paint } = screen;
      const rows = entries.map(({ at, direction, channel = "", status, meaning = "", text }) => [
        timeOf(at),
        direction === "out" ? "→" : "←",
        channel,
        status ? statusIn(paint, status) : meaning,
        text.replaceAll(/\s+/g, " ").slice(0, 60),
      ]);
      screen.show(entries, () => table(["time", "", "channel", "status", "text"], rows, paint));
    },
  },
];

function profileIn(given: Given) {
  const [name, externalId, timeZone] = [
    given.option("name"),
    given.option("external-id"),
    given.option("zone"),
  ];
  const [locale, country] = [given.option("locale"), given.option("country")];
  return {
    ...(name && { name }),
    ...(externalId && { externalId }),
    ...(timeZone && { timeZone }),
    ...(locale && { locale }),
    ...(country && { country }),
  };
}

function addressesIn(given: Given): NewAddress[] {
  const platform = given.option("platform");
  const devices = given.options("device").map((value): NewAddress => {
    // A browser's subscription has keys: the command line is no place for them.
    if (platform !== "fcm" && platform !== "apns")
      throw new WrongUsage("--device needs --platform fcm or apns.");
    return { kind: "device", value, platform, permission: "granted" };
  });
  return [
    ...given.options("phone").map((value): NewAddress => ({ kind: "phone", value })),
    ...given.options("email").map((value): NewAddress => ({ kind: "email", value })),
    ...devices,
  ];
}

function showContact(contact: Contact, { paint, show }: Screen): void {
  show(contact, () => {
    const { id, name = "", externalId = "", timeZone = "", locale = "" } = contact;
    const rows = contact.addresses.map((address) => [
      address.id,
      address.kind,
      address.value,
      knownOf(address),
    ]);
    const about = [name, externalId, timeZone, locale].filter(Boolean).join("  ");
    return `${paint.strong(id)}  ${about}\n${table(["address", "kind", "value", "known"], rows, paint)}`;
  });
}

function knownOf(address: Contact["addresses"][number]): string {
  if (address.kind === "phone") return address.lineType;
  return address.kind === "device" ? `${address.platform}, ${address.permission}` : "";
}
