import { business } from "../../heliograph.config.ts";
import { type Learned, markAddress } from "../consent/address-mark.ts";
import { gateStore } from "../consent/gate.store.ts";
import { ledgerStore } from "../consent/ledger.store.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { gathering } from "../platform/gathering.ts";
import { onQueue } from "../platform/queue.ts";
import { type Mark, Receipt } from "../providers/provider.ts";
import { partsFor } from "./cohort.ts";
import { gatheringJoins } from "./cohort-joins.ts";
import { cohortList } from "./cohort-list.store.ts";
import { cohortMachine } from "./cohort-machine.store.ts";
import { messageStore } from "./message.store.ts";
import { track } from "./track.ts";

const dynamo = tables();
const gates = gateStore(dynamo, setting("CONTACTS_TABLE"));
const ledger = ledgerStore(dynamo, setting("CONTACTS_TABLE"));
const { gather: publish, flush: publishAll } = gathering(busPublisher(setting("EVENT_BUS")));
const { join, flush: joinAll } = gatheringJoins(
  cohortMachine(setting("FAILOVER_MACHINE_ARN"), {
    parts: partsFor(business.senders),
    list: cohortList(dynamo, setting("MESSAGES_TABLE")),
    clock: systemClock,
  }),
  systemClock,
);
const using = {
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  gates,
  markAddress: (mark: Mark, learned: Learned, at: number) =>
    markAddress(mark, learned, at, { gates, ledger, publish }),
  join,
  publish,
  business,
  clock: systemClock,
};

/** Applies what providers and apps report about attempts. */
export const handler = onQueue(
  Receipt,
  (receipt, { receiveCount }) => track(receipt, receiveCount > 1, using),
  async () => {
    await joinAll();
    await publishAll();
  },
);
