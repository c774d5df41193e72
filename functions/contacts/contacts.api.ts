import { business } from "../../heliograph.config.ts";
import { messageStore } from "../messages/message.store.ts";
import { timelineViewOf } from "../messages/view.ts";
import { type Call, onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { isoOf, systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { idempotencyStore } from "../platform/idempotency.store.ts";
import { sortableIds } from "../platform/ids.ts";
import { Problem } from "../platform/problem.ts";
import type { Operation } from "../platform/routes.ts";
import type { Contact } from "./contact.ts";
import { contactStore, type Written } from "./contact.store.ts";
import { contactRoutes } from "./contacts.routes.ts";
import { phoneOf } from "./phone.ts";
import { addressFrom, withAddress, withChangedAddress, withoutAddress } from "./edit.ts";

const dynamo = tables();
const contacts = contactStore(dynamo, setting("CONTACTS_TABLE"));
const messages = messageStore(dynamo, setting("MESSAGES_TABLE"));
const once = { store: idempotencyStore(dynamo, setting("COUNTERS_TABLE")), clock: systemClock, ids: sortableIds };
const { homeCountry } = business.brand;

/** Everything about contacts. */
export const handler = onRoutes(
  contactRoutes,
  {
    createContact: async ({ body, newId }) => {
      const now = systemClock.now();
      const addresses = body.addresses.map((given, index) =>
        addressFrom(given, newId("adr"), homeCountry, `addresses.${index}.value`),
      );
      const contact: Contact = { ...body, id: newId("con"), addresses, createdAt: now, updatedAt: now };
      const written = await contacts.create(contact);
      // A retry that took over finds the contact it had created itself.
      if (written.is !== "conflict") assertWritten(written, addresses);
      return view((await contacts.find(contact.id)) ?? contact);
    },
    findContacts: async ({ query }) => {
      const found = query.externalId ? await contacts.findByExternalId(query.externalId) : await byAddress(query.address);
      return { contacts: found ? [view(found)] : [] };
    },
    getContact: async (call) => view(await contactOf(call)),
    changeContact: async (call) => change(call, (contact) => ({ ...contact, ...call.body, updatedAt: systemClock.now() })),
    addAddress: async (call) => {
      const address = addressFrom(call.body, call.newId("adr"), homeCountry, "value");
      return change(call, (contact) =>
        contact.addresses.some(({ id }) => id === address.id) ? contact : withAddress(contact, address, systemClock.now()),
      );
    },
    changeAddress: async (call) =>
      change(call, (contact) =>
        withChangedAddress(contact, call.params["addressId"] ?? "", call.body, systemClock.now(), homeCountry),
      ),
    removeAddress: async (call) =>
      change(call, (contact) => withoutAddress(contact, call.params["addressId"] ?? "", systemClock.now())),
    timelineOfContact: async (call) => {
      const contact = await contactOf(call);
      const entries = await messages.listOfContact(contact.id, call.query.limit);
      return { entries: entries.map(timelineViewOf) };
    },
  },
  once,
);

async function contactOf({ params }: Pick<Call<Operation>, "params">): Promise<Contact> {
  const contact = await contacts.find(params["contactId"] ?? "");
  if (!contact) throw new Problem("contact.not-found");
  return contact;
}

async function change(call: Pick<Call<Operation>, "params">, edit: (contact: Contact) => Contact) {
  const seen = await contactOf(call);
  const next = edit(seen);
  if (next !== seen) assertWritten(await contacts.replace(next, seen), next.addresses);
  return view(await contactOf(call));
}

function assertWritten(written: Written, addresses: Contact["addresses"]): void {
  if (written.is === "written") return;
  if (written.is === "conflict") throw new Problem("contact.changed");
  if (written.what === "external-id") throw new Problem("external-id.taken", [{ field: "externalId", message: "is taken" }]);
  const index = addresses.findIndex(({ value }) => value === written.value);
  throw new Problem("address.taken", [{ field: `addresses.${index}.value`, message: "belongs to another contact" }]);
}

async function byAddress(written: string | undefined): Promise<Contact | undefined> {
  if (!written) throw new Problem("request.invalid", [{ field: "externalId", message: "give externalId or address" }]);
  if (written.includes("@")) return contacts.findByAddress("email", written);
  const phone = phoneOf(written, homeCountry);
  const byPhone = phone ? await contacts.findByAddress("phone", phone.number) : undefined;
  return byPhone ?? contacts.findByAddress("device", written);
}

function view(contact: Contact) {
  return { ...contact, createdAt: isoOf(contact.createdAt), updatedAt: isoOf(contact.updatedAt) };
}
