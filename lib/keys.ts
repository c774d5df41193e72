import { Construct } from "constructs";
import { keyRoutes } from "../functions/keys/keys.routes.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import type { DataStack } from "./data-stack.ts";

/** Keys: who may call the API, and for what. */
export class Keys extends Construct {
  constructor(scope: Construct, id: string, data: DataStack, api: HttpApi) {
    super(scope, id);
    const handler = new Handler(this, "Api", {
      entry: "keys/keys.api",
      impact:
        "A stolen key cannot be ended over the API: people may get messages that the business never sent.",
    });
    data.catalog.writableBy(handler, "CATALOG_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    api.opens(keyRoutes, handler);
  }
}
