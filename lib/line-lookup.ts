import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { publishesTo } from "./constructs/events.ts";
import { arnHere, type Handler } from "./constructs/handler.ts";
import { QueueWorker } from "./constructs/queue-worker.ts";
import { connectsTo } from "./constructs/secrets.ts";
import type { DataStack } from "./data-stack.ts";

/** What asking about numbers needs. */
export interface LineLookupProps {
  readonly data: DataStack;
  readonly business: Business;
  /** The function that writes contacts. */
  readonly contacts: Handler;
}

/** Look-up: what kind of line a number is, asked once of a provider by a business that wants to pay for it. */
export class LineLookup extends Construct {
  constructor(scope: Construct, id: string, { data, business, contacts }: LineLookupProps) {
    super(scope, id);
    contacts.set("LINES_QUEUE_URL", "");
    if (!business.lookup) return;
    const { connection } = business.lookup;
    const { handler, work } = new QueueWorker(this, "Learn", {
      entry: "contacts/learn-line.queue",
      impact: "People with a landline are sent texts that cost money and reach nobody.",
      key: data.key,
      // A provider asks for no more than a few at once.
      batchSize: 5,
      maxConcurrency: 2,
    });
    work.filledBy(contacts, "LINES_QUEUE_URL");
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    publishesTo(data.bus, handler);
    connectsTo(data, handler, [connection]);
    handler.set("LOOKUP_CONNECTION", connection);
    if (business.connections.find(({ id: one }) => one === connection)?.provider === "pinpoint") {
      const numbers = arnHere(handler, "mobiletargeting", "phone/number/validate");
      handler.may(
        new PolicyStatement({ actions: ["mobiletargeting:PhoneNumberValidate"], resources: [numbers] }),
      );
    }
  }
}
