import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { publishesTo } from "./constructs/events.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { QueueWorker } from "./constructs/queue-worker.ts";
import type { DataStack } from "./data-stack.ts";

/** What short links need. */
export interface LinksProps {
  readonly data: DataStack;
  readonly api: HttpApi;
  readonly business: Business;
  /** The functions that make them: they take what is to be sent. */
  readonly makers: readonly Handler[];
  /** Those that only show how they would look. */
  readonly previewers: readonly Handler[];
}

/** Links: short ones on the business's own domain, and who followed them. */
export class Links extends Construct {
  constructor(scope: Construct, id: string, { data, api, business, makers, previewers }: LinksProps) {
    super(scope, id);
    for (const handler of [...makers, ...previewers]) handler.set("LINKS", "");
    if (!data.links || !business.links) return;
    const { domain, keepDays } = business.links;
    for (const maker of makers) data.links.addableBy(maker);
    const made = { table: data.links.table.tableName, url: domain ?? api.url, keepDays };
    for (const handler of [...makers, ...previewers])
      handler.set("LINKS", Stack.of(handler).toJsonString(made));
    const clicks = new QueueWorker(this, "Click", {
      entry: "links/click.queue",
      impact: "The business does not learn which people followed the links in its messages.",
      key: data.key,
    });
    data.messages.writableBy(clicks.handler, "MESSAGES_TABLE");
    publishesTo(data.bus, clicks.handler);
    const handler = new Handler(this, "Follow", {
      entry: "links/follow.webhook",
      impact: "People who follow a link in a message come to an error page.",
      isTraced: false,
    });
    data.links.readableBy(handler, "LINKS_TABLE");
    clicks.work.filledBy(handler, "CLICKS_QUEUE_URL");
    api.opensUnsigned(["GET /{code}", "HEAD /{code}"], handler);
  }
}
