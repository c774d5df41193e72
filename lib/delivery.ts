import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Business } from "../functions/business/business.ts";
import type { Sender } from "../functions/senders/sender.ts";
import { publishesTo } from "./constructs/events.ts";
import { arnHere, Handler } from "./constructs/handler.ts";
import { connectsTo, knowsReceiptSecret } from "./constructs/secrets.ts";
import type { DataStack } from "./data-stack.ts";
import type { Messages } from "./messages.ts";
import { PictureFiles } from "./picture-files.ts";
import { deliverTimeout, impactOf, type Lane, lanesIn, queueNameOf } from "./senders.ts";

/** What delivering leans on. */
export interface DeliveryProps {
  readonly data: DataStack;
  readonly business: Business;
  readonly messages: Messages;
  /** Where providers are told to report. */
  readonly callbacksUrl: string;
  /** Where people end mail of a kind. */
  readonly unsubscribeUrl: string;
}

/** Delivery: what empties the queues of the senders into providers, a function for each fast sender and one for all slow ones. */
export class Delivery extends Construct {
  private files: PictureFiles | undefined;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    for (const lane of lanesIn(props.business)) this.addWorker(lane, props);
  }

  private addWorker(
    lane: Lane,
    { data, business, messages, callbacksUrl, unsubscribeUrl }: DeliveryProps,
  ): void {
    const { name, senders, lanes } = lane;
    const handler = new Handler(this, `Deliver-${name}`, {
      entry: "senders/deliver.queue",
      impact: impactOf(lane),
      timeout: deliverTimeout,
      // The lanes bound how many batches are in flight; this is the same bound once more, from outside.
      concurrency: lanes.urgent + lanes.bulk,
    });
    for (const kind of ["urgent", "bulk"] as const) {
      // Known by name and not by import: what another stack imports could never be taken away again.
      const queue = Queue.fromQueueAttributes(this, `${name}-${kind}`, {
        queueArn: arnHere(this, "sqs", queueNameOf(this, lane, kind)),
        keyArn: data.key.keyArn,
        fifo: true,
      });
      const batchSize = lane.batchSize;
      handler.addEventSource(
        new SqsEventSource(queue, { batchSize, maxConcurrency: lanes[kind], reportBatchItemFailures: true }),
      );
    }
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    data.messages.writableBy(handler, "MESSAGES_TABLE");
    data.counters.writableBy(handler, "COUNTERS_TABLE");
    connectsTo(data, handler, [...new Set(senders.map(({ connection }) => connection))]);
    knowsReceiptSecret(data, handler);
    publishesTo(data.bus, handler);
    messages.failover.joinableBy(handler);
    messages.holds.usableBy(handler);
    messages.intake.filledBy(handler, "INTAKE_QUEUE_URL");
    handler.set("CALLBACKS_URL", callbacksUrl);
    handler.set("RECEIPTS_URL", messages.receiptsUrl);
    handler.set("UNSUBSCRIBE_URL", unsubscribeUrl);
    for (const sender of senders) maySendFrom(handler, sender, business, data);
    if (senders.some((sender) => sendsFiles(sender, business)))
      (this.files ??= new PictureFiles(this, "PictureFiles")).filledBy(handler);
  }
}

/** Where AWS itself carries messages, the function's role is its credential. */
export function maySendFrom(handler: Handler, sender: Sender, business: Business, data: DataStack): void {
  const connection = business.connections.find(({ id }) => id === sender.connection);
  if (connection?.provider === "pinpoint") mayPush(handler, sender);
  if (connection?.provider === "aws-sms") mayText(handler, sender, data.smsConfigurationSet);
  if (connection?.provider === "ses") mayMail(handler, sender, data.sesConfigurationSets);
}

/** Push goes through the parts of Pinpoint that live on as AWS End User Messaging Push. */
function mayPush(handler: Handler, sender: Sender): void {
  const messages = arnHere(handler, "mobiletargeting", `apps/${sender.identity}/messages`);
  handler.may(new PolicyStatement({ actions: ["mobiletargeting:SendMessages"], resources: [messages] }));
}

/** Whether AWS carries its picture messages. */
function sendsFiles({ channels, connection }: Sender, { connections }: Business): boolean {
  return channels.includes("mms") && connections.find(({ id }) => id === connection)?.provider === "aws-sms";
}

/** From its own number, and reported to us. */
function mayText(handler: Handler, { resource = "", channels }: Sender, configurationSet: string): void {
  const resources = [resource, `configuration-set/${configurationSet}`].map((one) =>
    arnHere(handler, "sms-voice", one),
  );
  const carries = [
    ...(channels.includes("sms") ? ["sms-voice:SendTextMessage"] : []),
    ...(channels.includes("mms") ? ["sms-voice:SendMediaMessage"] : []),
  ];
  handler.may(new PolicyStatement({ actions: carries, resources }));
}

/** From its own address and no other, in either stream. */
function mayMail(handler: Handler, { identity }: Sender, configurationSets: string): void {
  const domain = identity.slice(identity.lastIndexOf("@") + 1);
  const names = [
    `identity/${domain}`,
    `identity/${identity}`,
    `configuration-set/${configurationSets}-transactional`,
    `configuration-set/${configurationSets}-marketing`,
  ];
  const resources = names.map((one) => arnHere(handler, "ses", one));
  const conditions = { StringEquals: { "ses:FromAddress": identity } };
  handler.may(new PolicyStatement({ actions: ["ses:SendEmail"], resources, conditions }));
}
