import type { Construct } from "constructs";
import { StageStack } from "./constructs/stage-stack.ts";
import { Delivery } from "./delivery.ts";
import type { OnMessagingProps } from "./messaging-stack.ts";
import { Overview } from "./overview.ts";

/** What calls providers: as large as the business has senders. */
export class DeliveryStack extends StageStack {
  constructor(scope: Construct, props: OnMessagingProps) {
    super(scope, "Delivery", props);
    const { data, business, messaging } = props;
    const { messages, callbacksUrl } = messaging;
    const unsubscribeUrl = messaging.api.url;
    new Delivery(this, "Delivery", { data, business, messages, callbacksUrl, unsubscribeUrl });
    new Overview(this, "Overview", { alarms: data.alarms, graphs: [] });
    // Its queues have to be there first; it knows them by name.
    this.addStackDependency(messaging);
  }
}
