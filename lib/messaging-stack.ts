import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { AwsSms } from "./aws-sms.ts";
import { Campaigns } from "./campaigns.ts";
import { Consent } from "./consent.ts";
import { EventJournal } from "./constructs/events.ts";
import { Handler } from "./constructs/handler.ts";
import { HttpApi } from "./constructs/http-api.ts";
import { Contacts } from "./contacts.ts";
import type { DataStack, StageProps } from "./data-stack.ts";
import { Inbound } from "./inbound.ts";
import { Integrations } from "./integrations.ts";
import { Keys } from "./keys.ts";
import { Links } from "./links.ts";
import { Messages } from "./messages.ts";
import { Operations } from "./operations.ts";
import { Preferences } from "./preferences.ts";
import { Providers } from "./providers.ts";
import { Senders } from "./senders.ts";
import { Switches } from "./switches.ts";
import { Templates } from "./templates.ts";

/** What messaging is built on. */
export interface MessagingProps extends StageProps {
  readonly data: DataStack;
}

/** Everything that moves a message: a list of parts, each with what it needs. */
export class MessagingStack extends Stack {
  constructor(scope: Construct, id: string, props: MessagingProps) {
    super(scope, id, props);
    const { data, business, stage } = props;
    const authorizer = new Handler(this, "Authorize", {
      entry: "platform/authorize.api",
      impact: "Nobody can call the API.",
    });
    data.catalog.readableBy(authorizer, "CATALOG_TABLE");
    const { requestsPerSecond, burst } = business.api;
    const api = new HttpApi(this, "Api", {
      authorizer,
      requestsPerSecond,
      burst,
      publicUrl: business.publicUrl,
    });
    const description = new Handler(this, "OpenApi", {
      entry: "platform/openapi.api",
      impact: "The description of the API cannot be read.",
    });
    api.opensUnsigned(["GET /openapi.json", "GET /docs"], description);

    new Contacts(this, "Contacts", data, api);
    new Consent(this, "Consent", data, api);
    new Preferences(this, "Preferences", data, api);
    new Templates(this, "Templates", data, api);
    new Keys(this, "Keys", data, api);
    const messages = new Messages(this, "Messages", { data, api, business });
    const senders = new Senders(this, "Senders", {
      data,
      api,
      business,
      machine: messages.machine,
      cohorts: messages.cohorts,
      holds: messages.holds,
      intake: messages.intake,
    });
    messages.handTo(senders, business);
    new Campaigns(this, "Campaigns", { data, api, messages, senders });
    new Switches(this, "Switches", data, api, messages);
    const inbound = new Inbound(this, "Inbound", data, messages);
    const { track, receiptsUrl } = messages;
    const providers = new Providers(this, "Providers", { data, api, business, track, inbound: inbound.work });
    senders.reportedTo({ callbacksUrl: providers.callbacksUrl, receiptsUrl });
    new Links(this, "Links", { data, api, business, maker: messages.api });
    new Integrations(this, "Integrations", data, api);
    if (business.connections.some(({ provider }) => provider === "aws-sms"))
      new AwsSms(this, "AwsSms", { data, track, inbound: inbound.work });
    new EventJournal(this, "Journal", data.bus, stage);
    new Operations(this, "Operations", { data, business });
  }
}
