import Negotiator from "negotiator";
import { business } from "../../heliograph.config.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { ReceiptSecret } from "../messages/receipt-token.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { sortableIds } from "../platform/ids.ts";
import { secretReader } from "../platform/secrets.store.ts";
import { onWebhook } from "../platform/webhook.ts";
import { gateStore } from "./gate.store.ts";
import { ledgerStore } from "./ledger.store.ts";
import { pageAsking, pageDone, pageUnknown } from "./unsubscribe-page.ts";
import { leavingIn } from "./unsubscribe-token.ts";
import { unsubscribeWords } from "./unsubscribe-words.ts";
import { unsubscribe } from "./unsubscribe.ts";

const dynamo = tables();
const secretName = setting("RECEIPT_SECRET");
const readSecret = secretReader();
const using = {
  contacts: contactStore(dynamo, setting("CONTACTS_TABLE")),
  gates: gateStore(dynamo, setting("CONTACTS_TABLE")),
  ledger: ledgerStore(dynamo, setting("CONTACTS_TABLE")),
  publish: busPublisher(setting("EVENT_BUS")),
  ids: sortableIds,
};

/** Ends mail of a kind when it is asked to by POST. Whatever looks at links only gets a page with a button: scanners follow all of them. */
export const handler = onWebhook(
  ["GET /unsubscribe/{token}", "POST /unsubscribe/{token}"],
  async ({ route, params, headers }) => {
    const words = unsubscribeWords(...new Negotiator({ headers }).languages());
    const now = systemClock.now();
    const { key } = await readSecret(secretName, ReceiptSecret, now);
    const leaving = leavingIn(params["token"] ?? "", key);
    if (!leaving) return pageUnknown(business.brand, words);
    if (route.startsWith("GET")) return pageAsking(business.brand, leaving.purpose, words);
    await unsubscribe(leaving, now, using);
    return pageDone(business.brand, leaving.purpose, words);
  },
);
