import { business } from "../../heliograph.config.ts";
import { gateStore } from "../consent/gate.store.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { shortenerFor } from "../links/shorten.store.ts";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { instantOf, systemClock } from "../platform/clock.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { Problem } from "../platform/problem.ts";
import { laneStore } from "../senders/lane.store.ts";
import { boardReader } from "../switches/read.ts";
import { switchStore } from "../switches/switch.store.ts";
import { templateReader, templateStore } from "../templates/template.store.ts";
import { assertTimes } from "./asked.ts";
import { accept } from "./accept.ts";
import { acceptBatch } from "./accept-batch.ts";
import { itemsOf, resultViewOf } from "./batch-items.ts";
import { cancel } from "./cancel.ts";
import { isUrgentIn } from "./category-of.ts";
import { intakeForMany, intakeQueue } from "./intake.store.ts";
import { mediaInspector } from "./media-inspector.ts";
import { messageStore } from "./message.store.ts";
import { messageRoutes } from "./messages.routes.ts";
import { reschedule } from "./reschedule.ts";
import { peopleStore } from "./people.store.ts";
import { viewOf } from "./view.ts";

const dynamo = tables();
const using = {
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE")),
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  gates: gateStore(dynamo, setting("CONTACTS_TABLE")),
  // What was created a moment ago is to be found.
  people: peopleStore(dynamo, setting("CONTACTS_TABLE"), "now"),
  sendToIntake: intakeQueue(setting("INTAKE_QUEUE_URL")),
  sendAllToIntake: intakeForMany(setting("INTAKE_QUEUE_URL")),
  ...laneStore(setting("SENDER_QUEUES"), business.senders),
  isUrgent: isUrgentIn(business),
  switches: boardReader(switchStore(dynamo, setting("COUNTERS_TABLE")).find, systemClock),
  findTemplate: templateReader(templateStore(dynamo, setting("CATALOG_TABLE")), systemClock),
  shorten: shortenerFor(setting("LINKS", ""), dynamo),
  // On a laptop nothing is asked of the Internet.
  inspectMedia: mediaInspector(systemClock),
  clock: systemClock,
  publish: busPublisher(setting("EVENT_BUS")),
  business,
};
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

/** Everything about messages. */
export const handler = onRoutes(
  messageRoutes,
  {
    sendMessage: async ({ body, newId, requestHash, replayed }) => {
      const now = systemClock.now();
      const named = { id: newId("msg"), requestHash };
      const { message, isReplay } = await accept(body, named, now, using);
      if (isReplay) replayed();
      return viewOf(message);
    },
    sendMessages: async ({ body, caller, newId, requestHash, replayed }) => {
      const now = systemClock.now();
      const items = itemsOf(body.messages, caller.keyId, { newId, ...(requestHash && { requestHash }) });
      const results = await acceptBatch(items, now, using);
      if (results.every((one) => !(one instanceof Problem) && one.isReplay)) replayed();
      return { results: results.map(resultViewOf) };
    },
    getMessage: async ({ params }) => {
      const message = await using.messages.find(params["messageId"] ?? "");
      if (!message) throw new Problem("message.not-found");
      return viewOf(message);
    },
    cancelMessage: async ({ params }) =>
      viewOf(await cancel(params["messageId"] ?? "", systemClock.now(), using)),
    rescheduleMessage: async ({ params, body }) => {
      const now = systemClock.now();
      const expiresAt = instantOf(body.expiresAt);
      const sendAt = Math.max(now, instantOf(body.sendAt ?? undefined) ?? now);
      assertTimes(sendAt, expiresAt, now);
      return viewOf(await reschedule(params["messageId"] ?? "", { sendAt, expiresAt }, now, using));
    },
  },
  once,
);
