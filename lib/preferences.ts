import { Construct } from "constructs";
import { categoryRoutes } from "../functions/messages/categories.routes.ts";
import { preferenceRoutes } from "../functions/preferences/preferences.routes.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import type { DataStack } from "./data-stack.ts";

/** Preferences: what people chose for themselves. */
export class Preferences extends Construct {
  constructor(scope: Construct, id: string, data: DataStack, api: HttpApi) {
    super(scope, id);
    const handler = new Handler(this, "Api", {
      entry: "preferences/preferences.api",
      impact: "People cannot choose how and when they are written to: they get messages they did not want.",
    });
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    api.opens({ ...preferenceRoutes, ...categoryRoutes }, handler);
  }
}
