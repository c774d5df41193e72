import { Construct } from "constructs";
import { publishesTo } from "./constructs/events.ts";
import { QueueWorker } from "./constructs/queue-worker.ts";
import type { WorkQueue } from "./constructs/work-queue.ts";
import type { DataStack } from "./data-stack.ts";
import type { Messages } from "./messages.ts";

/** Inbound: what people write to us. */
export class Inbound extends Construct {
  readonly work: WorkQueue;

  constructor(scope: Construct, id: string, data: DataStack, messages: Messages) {
    super(scope, id);
    const { handler, work } = new QueueWorker(this, "Receive", {
      entry: "inbound/inbound.queue",
      impact:
        "STOP, HELP and everything else people write is not heard: they go on getting messages they stopped.",
      key: data.key,
      oldAfterSeconds: 60,
    });
    this.work = work;
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    data.messages.writableBy(handler, "MESSAGES_TABLE");
    messages.intake.filledBy(handler, "INTAKE_QUEUE_URL");
    publishesTo(data.bus, handler);
  }
}
