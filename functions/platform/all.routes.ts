import { campaignRoutes } from "../campaigns/campaigns.routes.ts";
import { consentRoutes } from "../consent/consent.routes.ts";
import { contactRoutes } from "../contacts/contacts.routes.ts";
import { erasureRoutes } from "../contacts/erasure.routes.ts";
import { keyRoutes } from "../keys/keys.routes.ts";
import { categoryRoutes } from "../messages/categories.routes.ts";
import { inspectRoutes } from "../messages/inspect.routes.ts";
import { webhookRoutes } from "../integrations/webhooks.routes.ts";
import { messageRoutes } from "../messages/messages.routes.ts";
import { receiptRoutes } from "../messages/receipts.routes.ts";
import { preferenceRoutes } from "../preferences/preferences.routes.ts";
import { senderRoutes } from "../senders/senders.routes.ts";
import { switchRoutes } from "../switches/switches.routes.ts";
import { templateRoutes } from "../templates/templates.routes.ts";
import type { Operations } from "./routes.ts";

/** Every operation of the API by name: its description, the client and the command line are made from this list. */
export const operations = {
  ...contactRoutes,
  ...erasureRoutes,
  ...preferenceRoutes,
  ...consentRoutes,
  ...categoryRoutes,
  ...messageRoutes,
  ...inspectRoutes,
  ...templateRoutes,
  ...campaignRoutes,
  ...receiptRoutes,
  ...senderRoutes,
  ...switchRoutes,
  ...keyRoutes,
  ...webhookRoutes,
} as const satisfies Operations;
