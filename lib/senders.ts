import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { batchSizeOf, isPooled, lanesOf, pool, type Sender } from "../functions/senders/sender.ts";
import { senderRoutes } from "../functions/senders/senders.routes.ts";
import { alarmOn } from "./constructs/alarm.ts";
import type { CohortMachine } from "./constructs/cohort-machine.ts";
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
  readonly cohorts: CohortMachine;
  readonly holds: Holds;
}

/** A call is waited for up to forty seconds; the rest is for slow providers and their retries. */
const timeout = Duration.seconds(60);
/** A message group stands still while a worker that died still hides its batch: not six timeouts long, as elsewhere. */
const hidden = Duration.seconds(75);
/** Most batches of slow senders in flight. */
const poolLanes = { urgent: 10, bulk: 20 };

/** The queues and the function of one sender, or of all slow ones. */
interface Lane {
  readonly name: string;
  readonly senders: readonly Sender[];
  readonly batchSize: number;
  readonly lanes: { readonly urgent: number; readonly bulk: number };
}

/** Senders: fast ones have an urgent and a bulk queue and a function each, slow ones share; every sender has its own pace. */
export class Senders extends Construct {
  private readonly queues = new Map<string, { urgent: WorkQueue; bulk: WorkQueue }>();
  private readonly workers: Handler[] = [];

  constructor(scope: Construct, id: string, props: SendersProps) {
    super(scope, id);
    const { senders } = props.business;
    const slow = senders.filter(isPooled);
    for (const sender of senders.filter((one) => !isPooled(one))) {
      const lane = { batchSize: batchSizeOf(sender), lanes: lanesOf(sender), senders: [sender] };
      this.addLane(sender.id, { name: sender.id, ...lane }, props);
    }
    // One message at a time: the next of the same batch may be minutes away.
    if (slow.length > 0)
      this.addLane(pool, { name: "slow-senders", batchSize: 1, lanes: poolLanes, senders: slow }, props);
    const handler = new Handler(this, "Api", {
      entry: "senders/senders.api",
      impact: "Backlogs and arrival times cannot be read, and no sender can be paused.",
    });
    props.data.counters.writableBy(handler, "COUNTERS_TABLE");
    this.countableBy(handler);
    props.api.opens(senderRoutes, handler);
  }

  /** Lets a function hand attempts to any sender. */
  filledBy(handler: Handler): void {
    for (const { urgent, bulk } of this.queues.values())
      for (const queue of [urgent, bulk]) queue.sendableBy(handler);
    handler.set("SENDER_QUEUES", this.queueUrls());
  }

  /** Lets a function ask how much waits for any sender. */
  countableBy(handler: Handler): void {
    for (const { urgent, bulk } of this.queues.values())
      for (const queue of [urgent, bulk]) queue.countableBy(handler);
    handler.set("SENDER_QUEUES", this.queueUrls());
  }

  /** Says where providers and apps report what becomes of attempts, once those addresses are there. */
  reportedTo({ callbacksUrl, receiptsUrl }: { callbacksUrl: string; receiptsUrl: string }): void {
    for (const handler of this.workers) {
      handler.set("CALLBACKS_URL", callbacksUrl);
      handler.set("RECEIPTS_URL", receiptsUrl);
    }
  }

  private queueUrls(): string {
    const urls = [...this.queues].map(([id, { urgent, bulk }]) => [
      id,
      { urgent: urgent.queue.queueUrl, bulk: bulk.queue.queueUrl },
    ]);
    return JSON.stringify(Object.fromEntries(urls));
  }

  private addLane(key: string, lane: Lane, { data, business, machine, cohorts, holds }: SendersProps): void {
    const { name, senders, lanes } = lane;
    const impact =
      key === pool
        ? "People do not get messages from slow senders."
        : `People do not get messages from ${name}.`;
    const handler = new Handler(this, `Deliver-${name}`, {
      entry: "senders/deliver.queue",
      impact,
      timeout,
      // The lanes bound how many batches are in flight; this is the same bound once more, from outside.
      concurrency: lanes.urgent + lanes.bulk,
    });
    const queue = (kind: string) =>
      new WorkQueue(this, `${name}-${kind}`, {
        key: data.key,
        impact,
        workTimeout: timeout,
        hiddenFor: hidden,
        fifo: true,
      });
    const queues = { urgent: queue("urgent"), bulk: queue("bulk") };
    // A backlog of hours in a bulk queue is no fault; an urgent message that waits a minute is.
    alarmOn(this, `${name}-urgent-age`, {
      metric: queues.urgent.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }),
      impact: `${impact} They wait for what cannot wait: codes and warnings.`,
      runbook: "old-urgent-work",
      threshold: 60,
    });
    this.queues.set(key, queues);
    for (const kind of ["urgent", "bulk"] as const) {
      handler.addEventSource(
        new SqsEventSource(queues[kind].queue, {
          batchSize: lane.batchSize,
          maxConcurrency: lanes[kind],
          reportBatchItemFailures: true,
        }),
      );
    }
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    data.messages.writableBy(handler, "MESSAGES_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    connectsTo(data, handler, [...new Set(senders.map(({ connection }) => connection))]);
    knowsReceiptSecret(data, handler);
    publishesTo(data.bus, handler);
    machine.wakeableBy(handler);
    cohorts.joinableBy(handler);
    holds.usableBy(handler);
    this.workers.push(handler);
    for (const sender of senders) if (providerOf(sender, business) === "pinpoint") mayPush(handler, sender);
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
