import { Construct } from "constructs";
import { switchRoutes } from "../functions/switches/switches.routes.ts";
import { publishesTo } from "./constructs/events.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import type { DataStack } from "./data-stack.ts";
import type { Messages } from "./messages.ts";

/** Switches: what an operator stops at once, and lets go on. */
export class Switches extends Construct {
  constructor(scope: Construct, id: string, data: DataStack, api: HttpApi, messages: Messages) {
    super(scope, id);
    const handler = new Handler(this, "Api", {
      entry: "switches/switches.api",
      impact: "Nothing can be switched off: people go on getting messages that should have been stopped.",
    });
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    data.messages.readableBy(handler, "MESSAGES_TABLE");
    messages.intake.filledBy(handler, "INTAKE_QUEUE_URL");
    publishesTo(data.bus, handler);
    api.opens(switchRoutes, handler);
  }
}
