import { business } from "../../heliograph.config.ts";
import { markAddress } from "../consent/address-mark.ts";
import { gateStore } from "../consent/gate.store.ts";
import { ledgerStore } from "../consent/ledger.store.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { onQueue } from "../platform/queue.ts";
import { secretReader } from "../platform/secrets.store.ts";
import { providers } from "../providers/all.provider.ts";
import { contactStore } from "./contact.store.ts";
import { type LearnUsing, learnLine, LineToLearn } from "./learn-line.ts";

const dynamo = tables();
const publish = busPublisher(setting("EVENT_BUS"));
const marking = {
  gates: gateStore(dynamo, setting("CONTACTS_TABLE")),
  ledger: ledgerStore(dynamo, setting("CONTACTS_TABLE")),
  publish,
};
const providerOf = providers(business.connections, setting("CONNECTION_SECRETS"), secretReader());
const connection = setting("LOOKUP_CONNECTION");
const using: LearnUsing = {
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE"), publish),
  lookUp: async (number) => {
    const { lookUp } = await providerOf(connection, systemClock.now());
    if (!lookUp) throw new Error(`Connection ${connection} cannot look numbers up`);
    return lookUp(number);
  },
  markAddress: (mark, learned, at) => markAddress(mark, learned, at, marking),
  now: systemClock.now,
};

/** Asks what kind of line a number is that nobody knows anything of. */
export const handler = onQueue(LineToLearn, (line) => learnLine(line, using));
