import { Construct } from "constructs";
import { contactRoutes } from "../functions/contacts/contacts.routes.ts";
import { erasureRoutes } from "../functions/contacts/erasure.routes.ts";
import { publishesTo } from "./constructs/events.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import type { DataStack } from "./data-stack.ts";

/** Contacts: who people are and how they can be reached, until they are erased. */
export class Contacts extends Construct {
  /** Writes contacts. */
  readonly api: Handler;

  constructor(scope: Construct, id: string, data: DataStack, api: HttpApi) {
    super(scope, id);
    const handler = (this.api = new Handler(this, "Api", {
      entry: "contacts/contacts.api",
      impact: "The business cannot create or change contacts, so new people cannot be reached.",
    }));
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    data.messages.readableBy(handler, "MESSAGES_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    publishesTo(data.bus, handler);
    api.opens(contactRoutes, handler);

    const erasure = new Handler(this, "Erasure", {
      entry: "contacts/erasure.api",
      impact: "People who asked to be forgotten are not.",
      memoryMegabytes: 512,
    });
    data.contacts.writableBy(erasure, "CONTACTS_TABLE");
    data.messages.writableBy(erasure, "MESSAGES_TABLE");
    data.counters.writableBy(erasure, "COUNTERS_TABLE");
    publishesTo(data.bus, erasure);
    api.opens(erasureRoutes, erasure);
  }
}
