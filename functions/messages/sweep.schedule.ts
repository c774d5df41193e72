import { business } from "../../heliograph.config.ts";
import { type Learned, markAddress } from "../consent/address-mark.ts";
import { gateStore } from "../consent/gate.store.ts";
import { ledgerStore } from "../consent/ledger.store.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { log } from "../platform/log.ts";
import { secretReader } from "../platform/secrets.store.ts";
import { onSchedule } from "../platform/step.ts";
import { providers } from "../providers/all.provider.ts";
import type { Mark, Receipt } from "../providers/provider.ts";
import { laneStore } from "../senders/lane.store.ts";
import { lookAtCircuits } from "../switches/look.ts";
import { boardReader } from "../switches/read.ts";
import { release } from "../switches/release.ts";
import { switchStore } from "../switches/switch.store.ts";
import { isUrgentIn } from "./category-of.ts";
import { partsFor } from "./cohort.ts";
import { holdSchedules } from "./hold.store.ts";
import { intakeQueue } from "./intake.store.ts";
import { joiningAtOnce } from "./cohort-joins.ts";
import { cohortList } from "./cohort-list.store.ts";
import { cohortMachine } from "./cohort-machine.store.ts";
import { messageStore } from "./message.store.ts";
import { reconcileWith } from "./reconcile.ts";
import { sweep } from "./sweep.ts";
import { track } from "./track.ts";

const dynamo = tables();
const gates = gateStore(dynamo, setting("CONTACTS_TABLE"));
const ledger = ledgerStore(dynamo, setting("CONTACTS_TABLE"));
const publish = busPublisher(setting("EVENT_BUS"));
const providerOf = providers(business.connections, setting("CONNECTION_SECRETS"), secretReader());
const shared = {
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE")),
  gates,
  join: joiningAtOnce(
    cohortMachine(setting("FAILOVER_MACHINE_ARN"), {
      parts: partsFor(business.senders),
      list: cohortList(dynamo, setting("MESSAGES_TABLE")),
      clock: systemClock,
    }),
  ),
  business,
  publish,
  clock: systemClock,
  markAddress: (mark: Mark, learned: Learned, at: number) =>
    markAddress(mark, learned, at, { gates, ledger, publish }),
};
const sendToIntake = intakeQueue(setting("INTAKE_QUEUE_URL"));
const switches = switchStore(dynamo, setting("COUNTERS_TABLE"));
/** One sender is as good as another: it is asked whether the provider takes anything from us. */
const isUp = async (connection: string) => {
  const sender = business.senders.find((one) => one.connection === connection);
  const provider = await providerOf(connection, systemClock.now());
  return (await provider.isUp?.(sender?.identity ?? "")) ?? true;
};
const using = {
  ...shared,
  handToSender: laneStore(setting("SENDER_QUEUES"), business.senders).handToSender,
  hold: holdSchedules({
    group: setting("HOLDS_GROUP"),
    roleArn: setting("HOLDS_ROLE_ARN"),
    queueArn: setting("INTAKE_QUEUE_ARN"),
  }),
  isUrgent: isUrgentIn(business),
  sendToIntake,
  switches: boardReader(switches.find, systemClock),
  lookAtCircuits: () => lookAtCircuits({ ...shared, switches, sendToIntake, isUp }),
  release: (until: number) => release(until, { ...shared, switches, sendToIntake }),
  reconcile: reconcileWith(business.senders, (connection) => providerOf(connection, systemClock.now())),
  track: (receipt: Receipt) => track(receipt, true, shared),
};

/** Puts whatever stopped moving back on its way. */
export const handler = onSchedule(async () => {
  const count = await sweep(using);
  if (count > 0) log.info("swept", { count });
});
