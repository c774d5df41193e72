import { gateStore } from "../consent/gate.store.ts";
import { historyStore } from "../messages/history.store.ts";
import { messageStore } from "../messages/message.store.ts";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { isoOf, systemClock } from "../platform/clock.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { contactStore } from "./contact.store.ts";
import { erase } from "./erase.ts";
import { erasureRoutes, stays } from "./erasure.routes.ts";
import { erasureStore } from "./erasure.store.ts";

const dynamo = tables();
const using = {
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE")),
  erasures: erasureStore(dynamo, setting("CONTACTS_TABLE")),
  gates: gateStore(dynamo, setting("CONTACTS_TABLE")),
  history: historyStore(dynamo, setting("MESSAGES_TABLE")),
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  publish: busPublisher(setting("EVENT_BUS")),
  clock: systemClock,
};
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

/** Forgets people: a function of its own, because no other may erase. */
export const handler = onRoutes(
  erasureRoutes,
  {
    eraseContact: async ({ params, caller }) => {
      const { erasure, messages, isComplete } = await erase(params["contactId"] ?? "", caller.keyId, using);
      const { contactId, startedAt } = erasure;
      return { contactId, erasedAt: isoOf(startedAt), messagesErased: messages, isComplete, stays };
    },
  },
  once,
);
