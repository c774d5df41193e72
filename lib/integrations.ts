import { Construct } from "constructs";
import { webhookRoutes } from "../functions/integrations/webhooks.routes.ts";
import { alarmOn } from "./constructs/alarm.ts";
import { heardBy, publishesTo } from "./constructs/events.ts";
import { Handler } from "./constructs/handler.ts";
import { Holds } from "./constructs/holds.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { measured } from "./constructs/measure.ts";
import { QueueWorker } from "./constructs/queue-worker.ts";
import { knowsWebhookSecret } from "./constructs/secrets.ts";
import type { DataStack } from "./data-stack.ts";
import type { Graph } from "./overview.ts";

/** Integrations: events that are posted to the business's own endpoints. */
export class Integrations extends Construct {
  /** What the operator sees of it. */
  readonly graphs: readonly Graph[] = [];

  constructor(scope: Construct, id: string, data: DataStack, api: HttpApi) {
    super(scope, id);
    if (!data.integrations) return;
    const { store, secret } = data.integrations;
    const impact = "The business's own systems do not hear what happened to people's messages and consents.";
    const fanOut = new QueueWorker(this, "FanOut", {
      entry: "integrations/fan-out.queue",
      impact,
      key: data.key,
      gathers: 50,
    });
    heardBy(this, data.bus, fanOut.work);
    // It goes where strangers tell it to: it may touch nothing but its own table, and lies in no network of ours.
    const posts = new QueueWorker(this, "Post", { entry: "integrations/post.queue", impact, key: data.key });
    const retries = new Holds(this, "Retries", {
      queue: posts.work,
      setting: "POSTS_QUEUE_ARN",
      group: "retries",
    });
    store.readableBy(fanOut.handler, "INTEGRATIONS_TABLE");
    posts.work.filledBy(fanOut.handler, "POSTS_QUEUE_URL");
    store.writableBy(posts.handler, "INTEGRATIONS_TABLE");
    knowsWebhookSecret(data, posts.handler, secret);
    retries.usableBy(posts.handler);
    // What it asks the queue for, its source has allowed.
    posts.handler.set("POSTS_QUEUE_URL", posts.work.queue.queueUrl);
    publishesTo(data.bus, posts.handler);
    const handler = new Handler(this, "Api", {
      entry: "integrations/webhooks.api",
      impact:
        "The business cannot add, mend or replay its webhooks: its systems go without what they missed.",
    });
    store.writableBy(handler, "INTEGRATIONS_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    knowsWebhookSecret(data, handler, secret);
    posts.work.filledBy(handler, "POSTS_QUEUE_URL");
    api.opens(webhookRoutes, handler);
    alarmOn(this, "Disabled", {
      metric: measured(this, "WebhookDisabled", { statistic: "Sum" }),
      impact: "A system of the business's own no longer hears what happened to people's messages.",
      runbook: "webhook-disabled",
    });
    const names = ["WebhookTaken", "WebhookRefused", "WebhookGivenUp", "WebhookDisabled"] as const;
    const posted = names.map((name) => measured(this, name, { statistic: "Sum" }));
    this.graphs = [{ title: "Events posted to webhooks", of: posted }];
  }
}
