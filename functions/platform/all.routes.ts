import { campaignRoutes } from "../campaigns/campaigns.routes.ts";
import { consentRoutes } from "../consent/consent.routes.ts";
import { contactRoutes } from "../contacts/contacts.routes.ts";
import { messageRoutes } from "../messages/messages.routes.ts";
import { receiptRoutes } from "../messages/receipts.routes.ts";
import { senderRoutes } from "../senders/senders.routes.ts";
import { switchRoutes } from "../switches/switches.routes.ts";
import type { Operations } from "./routes.ts";

/** Every operation of the API by name: its description, the client and the command line are made from this list. */
export const operations = {
  ...campaignRoutes,
  ...contactRoutes,
  ...consentRoutes,
  ...messageRoutes,
  ...receiptRoutes,
  ...senderRoutes,
  ...switchRoutes,
} as const satisfies Operations;
