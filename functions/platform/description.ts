import { consentRoutes } from "../consent/consent.routes.ts";
import { contactRoutes } from "../contacts/contacts.routes.ts";
import { messageRoutes } from "../messages/messages.routes.ts";
import { receiptRoutes } from "../messages/receipts.routes.ts";
import { senderRoutes } from "../senders/senders.routes.ts";
import { switchRoutes } from "../switches/switches.routes.ts";
import { describe } from "./openapi.ts";

const operations = {
  ...contactRoutes,
  ...consentRoutes,
  ...messageRoutes,
  ...receiptRoutes,
  ...senderRoutes,
  ...switchRoutes,
};
/** The description of the API, printed; functions get it ready made (bin/bundled-results.ts). */
export const description = JSON.stringify(
  describe(operations, {
    title: "Heliograph",
    version: "1",
    description:
      "Say what you want to tell whom and how much it matters; Heliograph decides whether, when, where and how fast.",
  }),
);
