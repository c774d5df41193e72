import type { Construct } from "constructs";
import { AwsSms } from "./aws-sms.ts";
import { Consent } from "./consent.ts";
import { EventJournal } from "./constructs/events.ts";
import { Handler } from "./constructs/handler.ts";
import { HttpApi } from "./constructs/http-api.ts";
import { type StageProps, StageStack } from "./constructs/stage-stack.ts";
import { Contacts } from "./contacts.ts";
import type { DataStack } from "./data-stack.ts";
import { Inbound } from "./inbound.ts";
import { LineLookup } from "./line-lookup.ts";
import { Messages } from "./messages.ts";
import { Operations } from "./operations.ts";
import { Overview } from "./overview.ts";
import { Preferences } from "./preferences.ts";
import { Providers } from "./providers.ts";
import { Senders } from "./senders.ts";
import { Ses } from "./ses.ts";
import { Switches } from "./switches.ts";
import { Templates } from "./templates.ts";

/** What messaging is built on. */
export interface MessagingProps extends StageProps {
  readonly data: DataStack;
}

/** What a stack is built on that comes after messaging. */
export interface OnMessagingProps extends MessagingProps {
  readonly messaging: MessagingStack;
}

/** Everything that moves a message: a list of parts, each with what it needs. */
export class MessagingStack extends StageStack {
  readonly api: HttpApi;
  readonly messages: Messages;
  readonly senders: Senders;
  /** Where providers are told to report. */
  readonly callbacksUrl: string;

  constructor(scope: Construct, props: MessagingProps) {
    super(scope, "Messaging", props);
    const { data, business, stage } = props;
    const authorizer = new Handler(this, "Authorize", {
      entry: "platform/authorize.api",
      impact: "Nobody can call the API.",
    });
    data.catalog.readableBy(authorizer, "CATALOG_TABLE");
    const { requestsPerSecond, burst } = business.api;
    const api = (this.api = new HttpApi(this, "Api", {
      authorizer,
      requestsPerSecond,
      burst,
      publicUrl: business.publicUrl,
    }));
    const description = new Handler(this, "OpenApi", {
      entry: "platform/openapi.api",
      impact: "The description of the API cannot be read.",
    });
    api.opensUnsigned(["GET /openapi.json", "GET /docs"], description);

    const contacts = new Contacts(this, "Contacts", data, api);
    new LineLookup(this, "LineLookup", { data, business, contacts: contacts.api });
    new Consent(this, "Consent", data, api);
    new Preferences(this, "Preferences", data, api);
    new Templates(this, "Templates", data, api);
    const messages = (this.messages = new Messages(this, "Messages", { data, api, business }));
    const senders = (this.senders = new Senders(this, "Senders", { data, api, business }));
    messages.handTo(senders, business);
    new Switches(this, "Switches", data, api, messages);
    const inbound = new Inbound(this, "Inbound", data, messages);
    const { track } = messages;
    const providers = new Providers(this, "Providers", { data, api, business, track, inbound: inbound.work });
    this.callbacksUrl = providers.callbacksUrl;
    if (business.connections.some(({ provider }) => provider === "aws-sms"))
      new AwsSms(this, "AwsSms", { data, track, inbound: inbound.work });
    const mail = business.connections.find(({ provider }) => provider === "ses");
    const ses = mail && new Ses(this, "Ses", { data, api, connection: mail, track });
    new EventJournal(this, "Journal", data.bus, stage);
    const { graphs } = new Operations(this, "Operations", business);
    new Overview(this, "Overview", { alarms: data.alarms, graphs: [...graphs, ...(ses?.graphs ?? [])] });
  }
}
