import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { inspectRoutes } from "../functions/messages/inspect.routes.ts";
import { messageRoutes } from "../functions/messages/messages.routes.ts";
import { receiptRoutes } from "../functions/messages/receipts.routes.ts";
import { publishesTo } from "./constructs/events.ts";
import { FailedRuns } from "./constructs/failed-runs.ts";
import { FailoverMachine } from "./constructs/failover-machine.ts";
import { Handler } from "./constructs/handler.ts";
import { Holds } from "./constructs/holds.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { callsPerEnvironment, ownAddressOf } from "./constructs/own-address.ts";
import { QueueWorker } from "./constructs/queue-worker.ts";
import { answering, connectsTo, knowsReceiptSecret } from "./constructs/secrets.ts";
import type { WorkQueue } from "./constructs/work-queue.ts";
import type { DataStack } from "./data-stack.ts";
import type { Senders } from "./senders.ts";

/** What messages are built on. */
export interface MessagesProps {
  readonly data: DataStack;
  readonly api: HttpApi;
  readonly business: Business;
}

/** Messages: accepted, routed, timed, tracked and swept up. */
export class Messages extends Construct {
  readonly failover: FailoverMachine;
  readonly holds: Holds;
  readonly intake: WorkQueue;
  readonly track: WorkQueue;
  /** Where apps are told to report. */
  readonly receiptsUrl: string;
  private readonly data: DataStack;
  private readonly router: QueueWorker;
  /** Takes what is to be sent. */
  readonly api: Handler;
  /** Looks at messages, also at those that are only asked about. */
  readonly inspect: Handler;
  private readonly step: Handler;
  private readonly sweeper: Handler;

  constructor(scope: Construct, id: string, { data, api, business }: MessagesProps) {
    super(scope, id);
    this.data = data;
    this.router = new QueueWorker(this, "Route", {
      entry: "messages/route.queue",
      impact: "People do not get messages that the API has accepted.",
      key: data.key,
    });
    this.intake = this.router.work;
    this.step = new Handler(this, "Step", {
      entry: "messages/failover.step",
      impact: "People who did not see a notification do not get their text message in time.",
      timeout: Duration.seconds(60),
    });
    this.failover = new FailoverMachine(this, "Failover", this.step);
    this.holds = new Holds(this, "Holds", {
      queue: this.intake,
      setting: "INTAKE_QUEUE_ARN",
      group: "holds",
    });
    this.track = this.addTracking();
    this.sweeper = this.addSweeper();
    this.api = this.addApi(api);
    this.inspect = this.addInspection(api);
    this.receiptsUrl = this.addReceipts(api, business);
  }

  /** Wires what hands attempts to senders, once the senders are there. */
  handTo(senders: Senders, business: Business): void {
    const { data } = this;
    const route = this.router.handler;
    data.contacts.readableBy(route, "CONTACTS_TABLE");
    data.counters.readableBy(route, "COUNTERS_TABLE");
    data.messages.writableBy(route, "MESSAGES_TABLE");
    data.messages.writableBy(this.step, "MESSAGES_TABLE");
    this.holds.usableBy(route);
    connectsTo(data, this.sweeper, answering(business));
    for (const handler of [this.api, route, this.step, this.sweeper]) senders.filledBy(handler);
    for (const handler of [this.api, route, this.sweeper]) publishesTo(data.bus, handler);
  }

  private addTracking(): WorkQueue {
    const { handler, work } = new QueueWorker(this, "Track", {
      entry: "messages/track.queue",
      impact: "Receipts are not applied: people may get a text message for a notification they have seen.",
      key: this.data.key,
      gathers: 50,
    });
    this.data.contacts.writableBy(handler, "CONTACTS_TABLE");
    this.data.messages.writableBy(handler, "MESSAGES_TABLE");
    this.failover.joinableBy(handler);
    publishesTo(this.data.bus, handler);
    return work;
  }

  private addSweeper(): Handler {
    const impact = "Messages whose worker died stay where they are: people do not get them.";
    const sweeper = new Handler(this, "Sweep", {
      entry: "messages/sweep.schedule",
      impact,
      timeout: Duration.seconds(55),
      concurrency: 1,
    });
    // A sweep that fails is followed by the next one a minute later: trying it again would only pile up.
    new FailedRuns(this, "FailedSweeps", sweeper, { key: this.data.key, impact });
    this.data.contacts.writableBy(sweeper, "CONTACTS_TABLE");
    this.data.messages.writableBy(sweeper, "MESSAGES_TABLE");
    this.data.counters.writableBy(sweeper, "COUNTERS_TABLE");
    this.intake.filledBy(sweeper, "INTAKE_QUEUE_URL");
    this.failover.joinableBy(sweeper);
    this.holds.usableBy(sweeper);
    const target = new LambdaFunction(sweeper, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, "EveryMinute", { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
    return sweeper;
  }

  private addApi(api: HttpApi): Handler {
    const { data } = this;
    const handler = new Handler(this, "Api", {
      entry: "messages/messages.api",
      impact: "The business cannot send messages.",
    });
    data.contacts.readableBy(handler, "CONTACTS_TABLE");
    data.messages.writableBy(handler, "MESSAGES_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    data.catalog.readableBy(handler, "CATALOG_TABLE");
    this.intake.filledBy(handler, "INTAKE_QUEUE_URL");
    api.opens(messageRoutes, handler);
    return handler;
  }

  private addInspection(api: HttpApi): Handler {
    const { data } = this;
    const handler = new Handler(this, "Inspect", {
      entry: "messages/inspect.api",
      impact: "The business cannot look up what became of its messages to people, nor try what would.",
    });
    data.contacts.readableBy(handler, "CONTACTS_TABLE");
    data.messages.readableBy(handler, "MESSAGES_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    data.catalog.readableBy(handler, "CATALOG_TABLE");
    api.opens(inspectRoutes, handler);
    return handler;
  }

  private addReceipts(api: HttpApi, { publicUrl, api: { requestsPerSecond } }: Business): string {
    const impact =
      "Apps cannot report what people saw: they get a text message for a notification they have seen.";
    const handler = new Handler(this, "Receipts", {
      entry: "messages/receipts.webhook",
      impact,
      concurrency: Math.max(1, Math.ceil(requestsPerSecond / callsPerEnvironment)),
      isTraced: false,
    });
    knowsReceiptSecret(this.data, handler);
    this.track.filledBy(handler, "TRACK_QUEUE_URL");
    api.opens(receiptRoutes, handler);
    const ownUrl = ownAddressOf(handler, impact);
    return publicUrl ?? ownUrl;
  }
}
