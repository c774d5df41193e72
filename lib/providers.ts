import { CfnOutput } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { callbackRoutes } from "../functions/providers/callbacks.routes.ts";
import { Handler } from "./constructs/handler.ts";
import { callsPerEnvironment, ownAddressOf } from "./constructs/own-address.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { answering, connectsTo } from "./constructs/secrets.ts";
import type { WorkQueue } from "./constructs/work-queue.ts";
import type { DataStack } from "./data-stack.ts";

/** What callbacks lead to. */
export interface ProvidersProps {
  readonly data: DataStack;
  readonly api: HttpApi;
  readonly business: Business;
  readonly track: WorkQueue;
  readonly inbound: WorkQueue;
}

/** Providers: where they call us back. The function can check signatures and fill two queues, nothing else. */
export class Providers extends Construct {
  /** Where providers are told to report. */
  readonly callbacksUrl: string;

  constructor(scope: Construct, id: string, { data, api, business, track, inbound }: ProvidersProps) {
    super(scope, id);
    const impact =
      "Receipts and replies do not reach us: STOP is not heard, and failover sends what was already seen.";
    const handler = new Handler(this, "Callbacks", {
      entry: "providers/callbacks.webhook",
      impact,
      concurrency: Math.max(1, Math.ceil(business.api.requestsPerSecond / callsPerEnvironment)),
      isTraced: false,
    });
    connectsTo(data, handler, answering(business));
    track.filledBy(handler, "TRACK_QUEUE_URL");
    inbound.filledBy(handler, "INBOUND_QUEUE_URL");
    api.opensUnsigned(callbackRoutes, handler);
    const ownUrl = ownAddressOf(handler, impact);
    handler.set("PUBLIC_URL", business.publicUrl ?? "");
    this.callbacksUrl = business.publicUrl ?? ownUrl;
    const description =
      "Where providers report: numbers' incoming messages go to callbacks/<connection>/inbound";
    new CfnOutput(this, "Url", { value: this.callbacksUrl, description }).overrideLogicalId("CallbacksUrl");
  }
}
