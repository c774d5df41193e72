import { contactStore } from "../contacts/contact.store.ts";
import { contactNamed } from "../contacts/look-up.ts";
import { Purpose } from "../messages/category.ts";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { isoOf } from "../platform/clock.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { Problem } from "../platform/problem.ts";
import type { ConsentEntry } from "./consent.ts";
import { consentRoutes } from "./consent.routes.ts";
import { gateStore } from "./gate.store.ts";
import { ledgerStore } from "./ledger.store.ts";
import { entryFrom } from "./entry.ts";
import { recordConsent } from "./record.ts";

const dynamo = tables();
const contacts = contactStore(dynamo, setting("CONTACTS_TABLE"));
const gates = gateStore(dynamo, setting("CONTACTS_TABLE"));
const ledger = ledgerStore(dynamo, setting("CONTACTS_TABLE"));
const publish = busPublisher(setting("EVENT_BUS"));
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

/** Newest entries of the ledger that one reply shows. */
const ledgerLimit = 200;

/** Everything about consents. */
export const handler = onRoutes(
  consentRoutes,
  {
    recordConsent: async ({ params, body, caller, newId }) => {
      const contact = await known(params["contactId"]);
      const entry = entryFrom(body, contact, { id: newId("cse"), actor: caller.keyId });
      await recordConsent([entry], { gates, ledger, publish });
      return view(entry);
    },
    getConsents: async ({ params }) => {
      const contact = await known(params["contactId"]);
      const [gate, written] = await Promise.all([
        gates.find(contact.id),
        ledger.list(contact.id, ledgerLimit),
      ]);
      const states = Object.entries(gate.consents).map(([key, { state, at }]) => {
        const [addressId = "", purpose] = key.split("/");
        return { addressId, purpose: Purpose.parse(purpose), state, since: isoOf(at) };
      });
      const writtenIds = new Set(written.map(({ id }) => id));
      const unwritten = gate.unwritten.filter(({ id }) => !writtenIds.has(id));
      const newestFirst = [...unwritten, ...written].sort((one, other) => other.at - one.at);
      return { states, ledger: newestFirst.map(view) };
    },
  },
  once,
);

async function known(contactId: string | undefined) {
  const contact = await contactNamed(contactId ?? "", contacts);
  if (!contact) throw new Problem("contact.not-found");
  return contact;
}

function view(entry: ConsentEntry) {
  return { ...entry, at: isoOf(entry.at) };
}
