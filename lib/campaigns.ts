import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { campaignRoutes } from "../functions/campaigns/campaigns.routes.ts";
import { publishesTo } from "./constructs/events.ts";
import { FailedRuns } from "./constructs/failed-runs.ts";
import { Handler } from "./constructs/handler.ts";
import { Holds } from "./constructs/holds.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { QueueWorker } from "./constructs/queue-worker.ts";
import type { WorkQueue } from "./constructs/work-queue.ts";
import type { DataStack } from "./data-stack.ts";
import type { Messages } from "./messages.ts";
import type { Senders } from "./senders.ts";

/** What campaigns lean on. */
export interface CampaignsProps {
  readonly data: DataStack;
  readonly api: HttpApi;
  readonly messages: Messages;
  readonly senders: Senders;
}

/** Campaigns: one content to many people, page by page. */
export class Campaigns extends Construct {
  /** Writes to the recipients. */
  readonly worker: Handler;
  readonly api: Handler;

  constructor(scope: Construct, id: string, props: CampaignsProps) {
    super(scope, id);
    const { data, messages, senders } = props;
    // A page is a run of its own: a thousand people are read, decided on and written.
    const { handler: worker, work } = new QueueWorker(this, "Work", {
      entry: "campaigns/work.queue",
      impact: "Campaigns do not start or stop, and people do not get what was meant for them.",
      key: data.key,
      batchSize: 1,
      timeout: Duration.seconds(60),
      memoryMegabytes: 512,
      maxConcurrency: 10,
      // The pages of a large campaign wait for each other.
      oldAfterSeconds: 1_800,
    });
    const starts = new Holds(this, "Starts", {
      queue: work,
      setting: "CAMPAIGNS_QUEUE_ARN",
      group: "campaigns",
    });
    this.worker = worker;
    data.campaigns.writableBy(worker, "CAMPAIGNS_TABLE");
    data.catalog.readableBy(worker, "CATALOG_TABLE");
    // Calling off closes the gates of those whose messages only a queue has.
    data.contacts.writableBy(worker, "CONTACTS_TABLE");
    data.counters.readableBy(worker, "COUNTERS_TABLE");
    data.messages.writableBy(worker, "MESSAGES_TABLE");
    senders.filledBy(worker);
    messages.intake.filledBy(worker, "INTAKE_QUEUE_URL");
    work.filledBy(worker, "CAMPAIGNS_QUEUE_URL");
    starts.usableBy(worker);
    publishesTo(data.bus, worker);
    this.api = this.addApi(props, work, starts);
    this.addLookAfter(data, work);
  }

  private addApi({ data, api, messages, senders }: CampaignsProps, work: WorkQueue, starts: Holds): Handler {
    const handler = new Handler(this, "Api", {
      entry: "campaigns/campaigns.api",
      impact: "The business can neither launch campaigns nor pause them: people go on getting a wrong one.",
    });
    data.campaigns.writableBy(handler, "CAMPAIGNS_TABLE");
    data.catalog.readableBy(handler, "CATALOG_TABLE");
    data.contacts.readableBy(handler, "CONTACTS_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    data.messages.readableBy(handler, "MESSAGES_TABLE");
    senders.countableBy(handler);
    messages.intake.filledBy(handler, "INTAKE_QUEUE_URL");
    work.filledBy(handler, "CAMPAIGNS_QUEUE_URL");
    starts.usableBy(handler);
    publishesTo(data.bus, handler);
    api.opens(campaignRoutes, handler);
    return handler;
  }

  private addLookAfter(data: DataStack, work: WorkQueue): void {
    const impact = "Campaigns whose start was lost stay where they are: people do not get them.";
    const handler = new Handler(this, "LookAfter", {
      entry: "campaigns/look-after.schedule",
      impact,
      concurrency: 1,
    });
    new FailedRuns(this, "FailedLooks", handler, { key: data.key, impact });
    data.campaigns.readableBy(handler, "CAMPAIGNS_TABLE");
    work.filledBy(handler, "CAMPAIGNS_QUEUE_URL");
    const target = new LambdaFunction(handler, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, "EveryFiveMinutes", { schedule: Schedule.rate(Duration.minutes(5)), targets: [target] });
  }
}
