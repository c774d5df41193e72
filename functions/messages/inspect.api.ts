import type * as z from "zod/mini";
import { business } from "../../heliograph.config.ts";
import { gateStore } from "../consent/gate.store.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { contactNamed } from "../contacts/look-up.ts";
import { likelyShort } from "../links/likely.ts";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { instantOf, systemClock } from "../platform/clock.ts";
import { placeAt } from "../platform/cursor.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { Problem } from "../platform/problem.ts";
import { boardReader } from "../switches/read.ts";
import { switchStore } from "../switches/switch.store.ts";
import { templateReader, templateStore } from "../templates/template.store.ts";
import { askedFor } from "./asked.ts";
import { historyStore, Place } from "./history.store.ts";
import { inspectRoutes } from "./inspect.routes.ts";
import { listOfContact, listOfOpen } from "./list.ts";
import { mediaInspector } from "./media-inspector.ts";
import { messageStore } from "./message.store.ts";
import { OpenPlace, openMessages } from "./open-messages.store.ts";
import { preview } from "./preview.ts";
import { eventsOf, listView } from "./view.ts";

const dynamo = tables();
const messages = messageStore(dynamo, setting("MESSAGES_TABLE"));
const history = historyStore(dynamo, setting("MESSAGES_TABLE"));
const pageOfOpen = openMessages(dynamo, setting("MESSAGES_TABLE"));
const using = {
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE")),
  gates: gateStore(dynamo, setting("CONTACTS_TABLE")),
  switches: boardReader(switchStore(dynamo, setting("COUNTERS_TABLE")).find, systemClock),
  findTemplate: templateReader(templateStore(dynamo, setting("CATALOG_TABLE")), systemClock),
  shorten: likelyShort(setting("LINKS", "")),
  // On a laptop nothing is asked of the Internet.
  inspectMedia: mediaInspector(systemClock),
  clock: systemClock,
  business,
};
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

/** Everything there is to learn of messages: a function of its own, so that looking never slows sending. */
export const handler = onRoutes(
  inspectRoutes,
  {
    listMessages: async ({ query }) => list(query),
    previewMessage: async ({ body, newId }) => {
      const named = { id: newId("msg") };
      const { fresh, contact } = await askedFor(body, named, systemClock.now(), using);
      return preview(fresh, contact, using);
    },
    eventsOfMessage: async ({ params }) => {
      const message = await messages.find(params["messageId"] ?? "");
      if (!message) throw new Problem("message.not-found");
      return { events: eventsOf(message) };
    },
  },
  once,
);

type Query = z.infer<(typeof inspectRoutes)["listMessages"]["query"]>;

async function list({ contactId, status, from, to, limit, cursor }: Query) {
  const wanted = { status, from: instantOf(from), to: instantOf(to), limit };
  const mark = [contactId, status, from, to];
  if (contactId === undefined)
    return listView(await listOfOpen(wanted, placeAt(cursor, mark, OpenPlace), pageOfOpen), mark);
  const contact = await contactNamed(contactId, using.contacts);
  if (!contact) throw new Problem("contact.not-found", [{ field: "contactId", message: "is not known" }]);
  return listView(await listOfContact(contact.id, wanted, placeAt(cursor, mark, Place), history), mark);
}
