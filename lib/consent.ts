import { Construct } from "constructs";
import { consentRoutes } from "../functions/consent/consent.routes.ts";
import { publishesTo } from "./constructs/events.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import type { DataStack } from "./data-stack.ts";

/** Consent: what people agreed to, and the proof of it. */
export class Consent extends Construct {
  constructor(scope: Construct, id: string, data: DataStack, api: HttpApi) {
    super(scope, id);
    const handler = new Handler(this, "Api", {
      entry: "consent/consent.api",
      impact:
        "Consents and opt-outs from the business's own forms are not recorded: people may get messages they stopped.",
    });
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    publishesTo(data.bus, handler);
    api.opens(consentRoutes, handler);
  }
}
