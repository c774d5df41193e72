import { randomUUID } from "node:crypto";
import { business } from "../../heliograph.config.ts";
import { type Learned, markAddress } from "../consent/address-mark.ts";
import { gateStore } from "../consent/gate.store.ts";
import { type Leaving, unsubscribeToken } from "../consent/unsubscribe-token.ts";
import { ledgerStore } from "../consent/ledger.store.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { ToDeliver } from "../messages/hand-over.ts";
import { holdSchedules } from "../messages/hold.store.ts";
import { intakeQueue } from "../messages/intake.store.ts";
import { partsFor } from "../messages/cohort.ts";
import { gatheringJoins } from "../messages/cohort-joins.ts";
import { cohortList } from "../messages/cohort-list.store.ts";
import { cohortMachine } from "../messages/cohort-machine.store.ts";
import { messageStore } from "../messages/message.store.ts";
import { receiptToken, ReceiptSecret } from "../messages/receipt-token.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { mayCallThisMachine, setting } from "../platform/env.ts";
import { gathering } from "../platform/gathering.ts";
import { guardedGet } from "../platform/guarded-get.ts";
import { guardFor } from "../platform/guarded-call.ts";
import { onBatch } from "../platform/queue.ts";
import { secretReader } from "../platform/secrets.store.ts";
import { providers } from "../providers/all.provider.ts";
import type { Mark } from "../providers/provider.ts";
import { newBreaker } from "./breaker.ts";
import { deliver } from "./deliver.ts";
import { slotStore } from "./slots.store.ts";
import { newWorker } from "./worker.ts";
import { keptBoard } from "../switches/read.ts";
import { switchStore } from "../switches/switch.store.ts";

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
const readSecret = secretReader();
const receiptSecret = setting("RECEIPT_SECRET");
const providerOf = providers(business.connections, setting("CONNECTION_SECRETS"), readSecret);
const receiptKey = async () => (await readSecret(receiptSecret, ReceiptSecret, systemClock.now())).key;
const bare = (url: string) => url.replace(/\/$/, "");
const unsubscribeUrl = bare(setting("UNSUBSCRIBE_URL"));
const switches = switchStore(dynamo, setting("COUNTERS_TABLE"));
const board = keptBoard(switches.find, systemClock);

const using = {
  business,
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE")),
  gates,
  provider: (connection: string) => providerOf(connection, systemClock.now()),
  slots: slotStore(dynamo, setting("COUNTERS_TABLE")),
  worker: newWorker(randomUUID()),
  switches: board.read,
  breaker: newBreaker({ board, switches, publish, clock: systemClock }),
  sendToIntake: intakeQueue(setting("INTAKE_QUEUE_URL")),
  hold: holdSchedules({
    group: setting("HOLDS_GROUP"),
    roleArn: setting("HOLDS_ROLE_ARN"),
    queueArn: setting("INTAKE_QUEUE_ARN"),
  }),
  join,
  markAddress: (mark: Mark, learned: Learned) =>
    markAddress(mark, learned, systemClock.now(), { gates, ledger, publish }),
  receiptTokenOf: async (attemptId: string) => receiptToken(attemptId, await receiptKey()),
  unsubscribeUrlOf: async (leaving: Leaving) =>
    `${unsubscribeUrl}/unsubscribe/${unsubscribeToken(leaving, await receiptKey())}`,
  fetchFile: (url: string, mostBytes: number) =>
    guardedGet(url, mostBytes, guardFor(url, mayCallThisMachine())),
  callbacksUrl: bare(setting("CALLBACKS_URL")),
  receiptsUrl: bare(setting("RECEIPTS_URL")),
  publish,
  clock: systemClock,
};

/** Sends what waits for a sender, at the sender's own pace. */
export const handler = onBatch(
  ToDeliver,
  (batch) => deliver(batch, using),
  async () => {
    await joinAll();
    await publishAll();
  },
);
