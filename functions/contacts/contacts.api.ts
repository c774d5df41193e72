import * as z from "zod/mini";
import { business } from "../../heliograph.config.ts";
import { historyStore, Place } from "../messages/history.store.ts";
import { timelineViewOf } from "../messages/view.ts";
import { type Call, onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { cursorAt, placeAt } from "../platform/cursor.ts";
import { doorOf } from "../platform/door.store.ts";
import { mayCallThisMachine, setting } from "../platform/env.ts";
import { assertUnchanged } from "../platform/etag.ts";
import { Problem } from "../platform/problem.ts";
import type { Operation } from "../platform/routes.ts";
import { changeContact } from "./change.ts";
import type { Contact } from "./contact.ts";
import { contactList } from "./contact-list.store.ts";
import { contactStore } from "./contact.store.ts";
import { contactRoutes } from "./contacts.routes.ts";
import { createContact } from "./create.ts";
import { addressFrom, withAddress, withChangedAddress, withChanges, withoutAddress } from "./edit.ts";
import { lineQueue } from "./learn-line.store.ts";
import { contactNamed, lookUp } from "./look-up.ts";
import { putContact } from "./put.ts";
import { viewOf } from "./view.ts";

const dynamo = tables();
const contacts = contactStore(dynamo, setting("CONTACTS_TABLE"), busPublisher(setting("EVENT_BUS")));
const list = contactList(dynamo, setting("CONTACTS_TABLE"));
const history = historyStore(dynamo, setting("MESSAGES_TABLE"));
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));
const askAboutLines = lineQueue(setting("LINES_QUEUE_URL", ""));
const { homeCountry } = business.brand;
const isLocal = mayCallThisMachine();
const door = { homeCountry, isLocal };
const { now } = systemClock;

/** Everything about contacts. */
export const handler = onRoutes(
  contactRoutes,
  {
    createContact: async ({ body, newId }) =>
      written(await createContact(body, now(), { contacts, ...door, newId })),
    findContacts: async ({ query }) => {
      if (query.externalId === undefined && query.address === undefined) return allContacts(query);
      const found = await lookUp(query, { contacts, homeCountry });
      return { contacts: found ? [viewOf(found)] : [] };
    },
    getContact: async (call) => viewOf(await contactOf(call)),
    putContact: async ({ params, body, ifMatch, newId }) =>
      viewOf(await putContact(params["contactId"] ?? "", body, ifMatch, { contacts, ...door, newId, now })),
    changeContact: async (call) =>
      change(call, (contact) => {
        assertUnchanged(call.ifMatch, viewOf(contact));
        return withChanges(contact, call.body, now());
      }),
    addAddress: async (call) => {
      const address = addressFrom(call.body, call.newId("adr"), door, "value");
      return change(call, (contact) => withAddress(contact, address, now()));
    },
    changeAddress: async (call) =>
      change(call, (contact) =>
        withChangedAddress(contact, call.params["addressId"] ?? "", call.body, now(), isLocal),
      ),
    removeAddress: async (call) =>
      change(call, (contact) => withoutAddress(contact, call.params["addressId"] ?? "", now())),
    timelineOfContact: async (call) => {
      const contact = await contactOf(call);
      const { limit, cursor } = call.query;
      const after = placeAt(cursor, contact.id, Place);
      const { entries, next } = await history.page(contact.id, { limit, after });
      return {
        entries: entries.map(timelineViewOf),
        ...(next && { nextCursor: cursorAt(next, contact.id) }),
      };
    },
  },
  once,
);

async function allContacts({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
  const page = await list.page(
    limit,
    placeAt(cursor, "contacts", z.string().check(z.startsWith("con_"), z.maxLength(60))),
  );
  return {
    contacts: page.contacts.map(viewOf),
    ...(page.next && { nextCursor: cursorAt(page.next, "contacts") }),
  };
}

type WithParams = Pick<Call<Operation>, "params">;

async function contactOf({ params }: WithParams): Promise<Contact> {
  const contact = await contactNamed(params["contactId"] ?? "", contacts);
  if (!contact) throw new Problem("contact.not-found");
  return contact;
}

async function change({ params }: WithParams, edit: (contact: Contact) => Contact) {
  return written(await changeContact(params["contactId"] ?? "", edit, { contacts }));
}

async function written(contact: Contact) {
  await askAboutLines(contact);
  return viewOf(contact);
}
