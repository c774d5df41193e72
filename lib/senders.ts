import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { batchSizeOf, lanesOf, type Sender } from "../functions/senders/sender.ts";
import { senderRoutes } from "../functions/senders/senders.routes.ts";
import { publishesTo } from "./constructs/events.ts";
import type { FailoverMachine } from "./constructs/failover-machine.ts";
import { arnHere, Handler } from "./constructs/handler.ts";
import type { Holds } from "./constructs/holds.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { connectsTo, knowsReceiptSecret } from "./constructs/secrets.ts";
import { WorkQueue } from "./constructs/work-queue.ts";
import type { DataStack } from "./data-stack.ts";

/** What delivering leans on. */
export interface SendersProps {
  readonly data: DataStack;
  readonly api: HttpApi;
  readonly business: Business;
  readonly machine: FailoverMachine;
  readonly holds: Holds;
}

/** A batch is at most a second's worth of slots; the rest is for slow providers and their retries. */
const timeout = Duration.seconds(60);

/** Senders: an urgent and a bulk queue each, and a function of its own that keeps the sender's pace. */
export class Senders extends Construct {
  private readonly queues = new Map<string, { urgent: WorkQueue; bulk: WorkQueue }>();

  constructor(scope: Construct, id: string, props: SendersProps) {
    super(scope, id);
    for (const sender of props.business.senders) this.addSender(sender, props);
    const handler = new Handler(this, "Api", {
      entry: "senders/senders.api",
      impact: "Backlogs and arrival times cannot be read.",
    });
    props.data.counters.writableBy(handler, "COUNTERS_TABLE");
    for (const { urgent, bulk } of this.queues.values())
      for (const queue of [urgent, bulk]) queue.countableBy(handler);
    handler.set("SENDER_QUEUES", this.queueUrls());
    props.api.opens(senderRoutes, handler);
  }

  /** Lets a function hand attempts to any sender. */
  filledBy(handler: Handler): void {
    for (const { urgent, bulk } of this.queues.values())
      for (const queue of [urgent, bulk]) queue.sendableBy(handler);
    handler.set("SENDER_QUEUES", this.queueUrls());
  }

  private queueUrls(): string {
    const urls = [...this.queues].map(([id, { urgent, bulk }]) => [
      id,
      { urgent: urgent.queue.queueUrl, bulk: bulk.queue.queueUrl },
    ]);
    return JSON.stringify(Object.fromEntries(urls));
  }

  private addSender(sender: Sender, { data, api, business, machine, holds }: SendersProps): void {
    const impact = `People do not get messages from ${sender.id}.`;
    const lanes = lanesOf(sender);
    const handler = new Handler(this, `Deliver-${sender.id}`, {
      entry: "senders/deliver.queue",
      impact,
      timeout,
      // The lanes bound how many batches are in flight; this is the same bound once more, from outside.
      concurrency: lanes.urgent + lanes.bulk,
    });
    const queue = (kind: string) =>
      new WorkQueue(this, `${sender.id}-${kind}`, {
        key: data.key,
        impact,
        workTimeout: timeout,
        fifo: true,
      });
    const queues = { urgent: queue("urgent"), bulk: queue("bulk") };
    this.queues.set(sender.id, queues);
    for (const { queue } of [queues.urgent, queues.bulk]) {
      // No maximum concurrency here: a message group has one batch in flight, and there are as many groups as lanes.
      handler.addEventSource(
        new SqsEventSource(queue, { batchSize: batchSizeOf(sender), reportBatchItemFailures: true }),
      );
    }
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    data.messages.writableBy(handler, "MESSAGES_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    connectsTo(data, handler, [sender.connection]);
    knowsReceiptSecret(data, handler);
    publishesTo(data.bus, handler);
    machine.wakeableBy(handler);
    holds.usableBy(handler);
    handler.set("PUBLIC_URL", api.url);
    handler.set("SENDER_ID", sender.id);
    if (providerOf(sender, business) === "pinpoint") mayPush(handler, sender);
  }
}

function providerOf(sender: Sender, business: Business): string | undefined {
  return business.connections.find(({ id }) => id === sender.connection)?.provider;
}

/** Push goes through the parts of Pinpoint that live on as AWS End User Messaging Push. */
function mayPush(handler: Handler, sender: Sender): void {
  const messages = arnHere(handler, "mobiletargeting", `apps/${sender.identity}/messages`);
  handler.may(new PolicyStatement({ actions: ["mobiletargeting:SendMessages"], resources: [messages] }));
}
