import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod/mini";
import { systemClock } from "./clock.ts";
import { idsIn, log, type LogFields } from "./log.ts";
import { writeMetrics } from "./metrics.ts";

/** Where a queued item came from: enough to find it again in a log. */
export interface Delivery {
  readonly messageId: string;
  readonly receiveCount: number;
  /** By which the queue knows this one receive. */
  readonly receiptHandle?: string;
}

/** A handler that does one thing per queued item; an item that throws goes back to the queue alone. */
export function onQueue<S extends z.ZodMiniType>(
  schema: S,
  handleOne: (item: z.infer<S>, delivery: Delivery) => Promise<void>,
  atEnd?: () => Promise<void>,
): middy.MiddyfiedHandler<SQSEvent, SQSBatchResponse> {
  return onBatch(
    schema,
    async (items) =>
      Promise.all(
        items.map(async ({ item, delivery }) => outcomeOf(handleOne(item, delivery), delivery, idsIn(item))),
      ),
    atEnd,
  );
}

/** One parsed item of a batch. */
export interface Batched<T> {
  readonly item: T;
  readonly delivery: Delivery;
}

/** What became of one item: done, or given back to the queue. */
export type ItemOutcome = "done" | "again";

/** A handler that sees the whole batch, for work that is paced or grouped; answers in the order of the items. What is to be done once for all of them comes at the end. */
export function onBatch<S extends z.ZodMiniType>(
  schema: S,
  handleBatch: (items: readonly Batched<z.infer<S>>[]) => Promise<readonly ItemOutcome[]>,
  atEnd?: () => Promise<void>,
): middy.MiddyfiedHandler<SQSEvent, SQSBatchResponse> {
  const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const parsed = event.Records.map((record) => ({ record, result: parse(schema, record) }));
    const good = parsed.flatMap(({ result }) => (result.is === "item" ? [result] : []));
    const outcomes = await handleBatch(good);
    await atEnd?.();
    writeMetrics(systemClock.now());
    const again = good
      .filter((_, index) => outcomes[index] === "again")
      .map(({ delivery }) => delivery.messageId);
    const poison = parsed.flatMap(({ record, result }) => (result.is === "poison" ? [record.messageId] : []));
    return { batchItemFailures: [...poison, ...again].map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return middy<SQSEvent, SQSBatchResponse>().handler(handler);
}

/** Waits for one item's work and turns a throw into "again", with a line in the log. */
export async function outcomeOf(
  work: Promise<void>,
  delivery: Delivery,
  about: LogFields,
): Promise<ItemOutcome> {
  try {
    await work;
    return "done";
  } catch (error) {
    log.error("item-failed", error, {
      queueMessageId: delivery.messageId,
      receiveCount: delivery.receiveCount,
      ...about,
    });
    return "again";
  }
}

type Parsed<T> = ({ is: "item" } & Batched<T>) | { is: "poison" };

function parse<S extends z.ZodMiniType>(schema: S, record: SQSRecord): Parsed<z.infer<S>> {
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  const result = schema.safeParse(jsonOf(record.body));
  if (result.success) {
    const { messageId, receiptHandle } = record;
    return { is: "item", item: result.data, delivery: { messageId, receiveCount, receiptHandle } };
  }
  // A poison item is given back until the queue moves it to its dead letters; the log says which fields are wrong.
  const fields = result.error.issues.map((issue) => `${issue.path.join(".")}:${issue.code}`).join(" ");
  log.warn("poison-item", { queueMessageId: record.messageId, receiveCount, fields });
  return { is: "poison" };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
