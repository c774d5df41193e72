import type { Construct } from "constructs";
import { Campaigns } from "./campaigns.ts";
import { StageStack } from "./constructs/stage-stack.ts";
import { Links } from "./links.ts";
import type { OnMessagingProps } from "./messaging-stack.ts";
import { Overview } from "./overview.ts";

/** What a business does with messaging beyond single messages: a list of parts, each with what it needs. */
export class EngagementStack extends StageStack {
  constructor(scope: Construct, props: OnMessagingProps) {
    super(scope, "Engagement", props);
    const { data, business, messaging } = props;
    const { api, messages, senders } = messaging;
    const campaigns = new Campaigns(this, "Campaigns", { data, api, messages, senders });
    const makers = [messages.api, campaigns.worker];
    const previewers = [messages.inspect, campaigns.api];
    new Links(this, "Links", { data, api, business, makers, previewers });
    new Overview(this, "Overview", { alarms: data.alarms, graphs: [] });
  }
}
