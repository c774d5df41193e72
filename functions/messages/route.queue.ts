import { business } from "../../heliograph.config.ts";
import { gateStore } from "../consent/gate.store.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { gathering } from "../platform/gathering.ts";
import { onQueue } from "../platform/queue.ts";
import { laneStore } from "../senders/lane.store.ts";
import { isUrgentIn } from "./category-of.ts";
import { ToRoute } from "./hand-over.ts";
import { holdSchedules } from "./hold.store.ts";
import { messageStore } from "./message.store.ts";
import { route } from "./route.ts";
import { boardReader } from "../switches/read.ts";
import { switchStore } from "../switches/switch.store.ts";

const dynamo = tables();
const { gather: publish, flush } = gathering(busPublisher(setting("EVENT_BUS")));
const using = {
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE")),
  gates: gateStore(dynamo, setting("CONTACTS_TABLE")),
  handToSender: laneStore(setting("SENDER_QUEUES"), business.senders).handToSender,
  hold: holdSchedules({
    group: setting("HOLDS_GROUP"),
    roleArn: setting("HOLDS_ROLE_ARN"),
    queueArn: setting("INTAKE_QUEUE_ARN"),
  }),
  isUrgent: isUrgentIn(business),
  publish,
  business,
  switches: boardReader(switchStore(dynamo, setting("COUNTERS_TABLE")).find, systemClock),
  clock: systemClock,
};

/** Decides whether, when and where each accepted message goes. */
export const handler = onQueue(ToRoute, (work) => route(work, using), flush);
