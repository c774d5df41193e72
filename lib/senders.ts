import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import { batchSizeOf, isPooled, lanesOf, pool } from "../functions/senders/rate.ts";
import type { Sender } from "../functions/senders/sender.ts";
import { senderRoutes } from "../functions/senders/senders.routes.ts";
import { alarmOn } from "./constructs/alarm.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { deploymentOf } from "./constructs/stage-stack.ts";
import { WorkQueue } from "./constructs/work-queue.ts";
import type { DataStack } from "./data-stack.ts";

/** What senders are built on. */
export interface SendersProps {
  readonly data: DataStack;
  readonly api: HttpApi;
  readonly business: Business;
}

/** A call is waited for up to forty seconds; the rest is for slow providers and their retries. */
export const deliverTimeout = Duration.seconds(60);
/** A message group stands still while a worker that died still hides its batch: not six timeouts long, as elsewhere. */
const hidden = Duration.seconds(75);
/** Most batches of slow senders in flight. */
const poolLanes = { urgent: 10, bulk: 20 };

/** The queues and the function of one sender, or of all slow ones. */
export interface Lane {
  /** By what its queues are found. */
  readonly key: string;
  readonly name: string;
  readonly senders: readonly Sender[];
  readonly batchSize: number;
  readonly lanes: { readonly urgent: number; readonly bulk: number };
}

/** Fast senders have an urgent and a bulk queue and a function each, slow ones share; every sender has its own pace. */
export function lanesIn({ senders }: Business): readonly Lane[] {
  const slow = senders.filter(isPooled);
  const fast = senders
    .filter((one) => !isPooled(one))
    .map((one) => ({
      key: one.id,
      name: one.id,
      senders: [one],
      batchSize: batchSizeOf(one),
      lanes: lanesOf(one),
    }));
  if (slow.length === 0) return fast;
  // One message at a time: the next of the same batch may be minutes away.
  return [...fast, { key: pool, name: "slow-senders", senders: slow, batchSize: 1, lanes: poolLanes }];
}

/** What a sender's queue is called in the account. */
export function queueNameOf(scope: Construct, { name }: Lane, kind: "urgent" | "bulk"): string {
  return `${deploymentOf(scope)}-${name}-${kind}.fifo`;
}

/** What people lose while a lane stands still, in their words. */
export function impactOf({ key, name }: Lane): string {
  return key === pool
    ? "People do not get messages from slow senders."
    : `People do not get messages from ${name}.`;
}

/** Senders: the queues of what is to go out, and the API by which their pace is seen and steered. */
export class Senders extends Construct {
  private readonly queues = new Map<string, { urgent: WorkQueue; bulk: WorkQueue }>();

  constructor(scope: Construct, id: string, { data, api, business }: SendersProps) {
    super(scope, id);
    for (const lane of lanesIn(business)) this.addQueues(lane, data);
    const handler = new Handler(this, "Api", {
      entry: "senders/senders.api",
      impact: "Backlogs and arrival times cannot be read, and no sender can be paused.",
    });
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    this.countableBy(handler);
    api.opens(senderRoutes, handler);
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

  private queueUrls(): string {
    const urls = [...this.queues].map(([id, { urgent, bulk }]) => [
      id,
      { urgent: urgent.queue.queueUrl, bulk: bulk.queue.queueUrl },
    ]);
    return JSON.stringify(Object.fromEntries(urls));
  }

  private addQueues(lane: Lane, { key }: DataStack): void {
    const { name } = lane;
    const impact = impactOf(lane);
    const queue = (kind: "urgent" | "bulk") =>
      new WorkQueue(this, `${name}-${kind}`, {
        key,
        impact,
        workTimeout: deliverTimeout,
        hiddenFor: hidden,
        fifo: true,
        name: queueNameOf(this, lane, kind),
      });
    const queues = { urgent: queue("urgent"), bulk: queue("bulk") };
    // A backlog of hours in a bulk queue is no fault; an urgent message that waits a minute is.
    alarmOn(this, `${name}-urgent-age`, {
      metric: queues.urgent.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }),
      impact: `${impact} They wait for what cannot wait: codes and warnings.`,
      runbook: "old-urgent-work",
      threshold: 60,
    });
    this.queues.set(lane.key, queues);
  }
}
