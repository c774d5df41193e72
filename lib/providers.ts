import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { connectsTo } from "./constructs/secrets.ts";
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
  constructor(scope: Construct, id: string, { data, api, business, track, inbound }: ProvidersProps) {
    super(scope, id);
    const handler = new Handler(this, "Callbacks", {
      entry: "providers/callbacks.webhook",
      impact:
        "Receipts and replies do not reach us: STOP is not heard, and failover sends what was already seen.",
    });
    connectsTo(
      data,
      handler,
      business.connections.map(({ id }) => id),
    );
    track.filledBy(handler, "TRACK_QUEUE_URL");
    inbound.filledBy(handler, "INBOUND_QUEUE_URL");
    handler.set("PUBLIC_URL", api.url);
    api.opensUnsigned(
      ["POST /callbacks/{connection}/status/{attemptId}", "POST /callbacks/{connection}/inbound"],
      handler,
    );
  }
}
