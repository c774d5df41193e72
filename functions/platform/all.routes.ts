import { consentRoutes } from "../consent/consent.routes.ts";
import { contactRoutes } from "../contacts/contacts.routes.ts";
import { erasureRoutes } from "../contacts/erasure.routes.ts";
import { keyRoutes } from "../keys/keys.routes.ts";
import { categoryRoutes } from "../messages/categories.routes.ts";
import { inspectRoutes } from "../messages/inspect.routes.ts";
import { messageRoutes } from "../messages/messages.routes.ts";
import { receiptRoutes } from "../messages/receipts.routes.ts";
import { preferenceRoutes } from "../preferences/preferences.routes.ts";
import { senderRoutes } from "../senders/senders.routes.ts";
import { switchRoutes } from "../switches/switches.routes.ts";
import { templateRoutes } from "../templates/templates.routes.ts";

/** Every operation of the API, in the order of the description. */
export const operations = {
  ...contactRoutes,
  ...erasureRoutes,
  ...preferenceRoutes,
  ...consentRoutes,
  ...categoryRoutes,
  ...messageRoutes,
  ...inspectRoutes,
  ...templateRoutes,
  ...receiptRoutes,
  ...senderRoutes,
  ...switchRoutes,
  ...keyRoutes,
};
