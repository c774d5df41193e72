/** Every setting a function may read, with what it means. The template test compares this list with what each function gets. */
export const settings = {
  CONTACTS_TABLE: "Contacts, their addresses, gates and consent ledger.",
  MESSAGES_TABLE: "Messages with their plan, attempts and timeline.",
  COUNTERS_TABLE: "Slot clocks of senders, switches and idempotency records.",
  CATALOG_TABLE: "API keys and templates.",
  CAMPAIGNS_TABLE: "Campaigns, their recipients and the counts of those.",
  INTAKE_QUEUE_URL: "Messages to route.",
  INTAKE_QUEUE_ARN: "Target of the schedules that release held messages.",
  TRACK_QUEUE_URL: "Receipts to apply.",
  INBOUND_QUEUE_URL: "Messages that people sent to us.",
  SENDER_QUEUES: "JSON: sender id → { urgent, bulk } queue URLs; * for the senders that share a pair.",
  FAILOVER_MACHINE_ARN: "The state machine that waits for everybody due at the same instant.",
  CAMPAIGNS_QUEUE_URL: "Work on campaigns and their pages.",
  CAMPAIGNS_QUEUE_ARN: "Target of the schedules that start campaigns and release what they hold.",
  HOLDS_GROUP: "Schedule group of what waits for an hour.",
  HOLDS_ROLE_ARN: "Role that lets the scheduler put it back on its queue.",
  EVENT_BUS: "Bus that carries every event.",
  PUBLIC_URL: "Where the business says that providers reach us, when it has a domain of its own.",
  CALLBACKS_URL: "Where providers are told to report.",
  RECEIPTS_URL: "Where apps are told to report.",
  CONNECTION_SECRETS: "JSON: provider connection id → ARN of its secret.",
  AWS_SMS_CONFIGURATION_SET: "Under which AWS End User Messaging reports what became of texts.",
  AWS_SMS_FILES_BUCKET:
    "Where AWS End User Messaging finds the files of picture messages; empty when it sends none.",
  SES_CONFIGURATION_SETS: "Under which Amazon SES sends e-mail: what the name of each stream's begins with.",
  UNSUBSCRIBE_URL: "Where people end mail of a kind.",
  METRICS_NAMESPACE: "Under which name CloudWatch keeps what is measured; nothing is written without it.",
  RECEIPT_SECRET: "ARN of the secret that signs push receipt tokens.",
  INTEGRATIONS_TABLE: "Endpoints of the business's own, and what was posted to them.",
  POSTS_QUEUE_URL: "Events to post to one endpoint each.",
  POSTS_QUEUE_ARN: "Target of the schedules that post an event again.",
  WEBHOOK_SECRET: "ARN of the secret that the secrets of all endpoints are made from.",
  LINKS: "JSON: table, url and keepDays of short links; empty when the business has none.",
  LINKS_TABLE: "Short links and where they lead.",
  CLICKS_QUEUE_URL: "Links that were followed.",
  LINES_QUEUE_URL: "Phone numbers to ask about; empty when the business asks nobody.",
  LOOKUP_CONNECTION: "Whom to ask what kind of line a number is.",
} as const;

/** Settings that only a local cloud gives its functions: no template has them. */
export const localSettings = {
  WEBHOOKS_TO_LOOPBACK: "Lets endpoints be on this machine, without TLS.",
} as const;

/** Name of a setting. */
export type Setting = keyof typeof settings;

/** Reads a setting when the function starts; a missing one stops the function with its name and meaning, unless there is something else to go on with. */
export function setting(name: Setting, otherwise?: string): string {
  const value = process.env[name] ?? otherwise;
  if (value !== undefined && value === otherwise) return value;
  if (!value) throw new Error(`Setting ${name} is missing: ${settings[name]}`);
  return value;
}

/** Whether endpoints may be on this machine: only a local cloud says so. */
export function mayCallThisMachine(): boolean {
  const name: keyof typeof localSettings = "WEBHOOKS_TO_LOOPBACK";
  return process.env[name] !== undefined;
}
