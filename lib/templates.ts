import { Construct } from "constructs";
import { templateRoutes } from "../functions/templates/templates.routes.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import type { DataStack } from "./data-stack.ts";

/** Templates: what messages say, in every language and on every channel. */
export class Templates extends Construct {
  constructor(scope: Construct, id: string, data: DataStack, api: HttpApi) {
    super(scope, id);
    const handler = new Handler(this, "Api", {
      entry: "templates/templates.api",
      impact: "The business cannot change what its messages to people say.",
    });
    data.catalog.writableBy(handler, "CATALOG_TABLE");
    data.contacts.readableBy(handler, "CONTACTS_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    api.opens(templateRoutes, handler);
  }
}
