import { business } from "../../heliograph.config.ts";
import { gateStore } from "../consent/gate.store.ts";
import { ledgerStore } from "../consent/ledger.store.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { intakeQueue } from "../messages/intake.store.ts";
import { messageStore } from "../messages/message.store.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { gathering } from "../platform/gathering.ts";
import { onQueue } from "../platform/queue.ts";
import { Arrived } from "../providers/provider.ts";
import { receive } from "./receive.ts";

const dynamo = tables();
const { gather: publish, flush } = gathering(busPublisher(setting("EVENT_BUS")));
const using = {
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE"), publish),
  gates: gateStore(dynamo, setting("CONTACTS_TABLE")),
  ledger: ledgerStore(dynamo, setting("CONTACTS_TABLE")),
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  sendToIntake: intakeQueue(setting("INTAKE_QUEUE_URL")),
  publish,
  business,
  clock: systemClock,
};

/** Takes in what people write to us. */
export const handler = onQueue(Arrived, (arrived) => receive(arrived, using), flush);
