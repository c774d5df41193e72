import {
  CfnConfigurationSet,
  CfnConfigurationSetEventDestination,
  EmailSendingEvent,
} from "aws-cdk-lib/aws-ses";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Connection } from "../functions/business/connection.ts";
import type { Stream } from "../functions/providers/provider.ts";
import { eventTopicIn } from "./constructs/event-topic.ts";
import { publishesTo } from "./constructs/events.ts";
import { Handler } from "./constructs/handler.ts";
import type { HttpApi } from "./constructs/http-api.ts";
import { QueueWorker } from "./constructs/queue-worker.ts";
import { knowsReceiptSecret } from "./constructs/secrets.ts";
import type { WorkQueue } from "./constructs/work-queue.ts";
import type { DataStack } from "./data-stack.ts";
import { MailReputation } from "./mail-reputation.ts";
import type { Graph } from "./overview.ts";

/** What e-mail needs. */
export interface SesProps {
  readonly data: DataStack;
  readonly api: HttpApi;
  readonly connection: Connection;
  readonly track: WorkQueue;
}

const streams: readonly Stream[] = ["transactional", "marketing"];

/** What SES is to tell of every e-mail. */
const told = [
  EmailSendingEvent.SEND,
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.RENDERING_FAILURE,
];

/** E-mail by Amazon SES: a configuration set for each stream, where SES tells what became of e-mails, and where people end them. */
export class Ses extends Construct {
  /** What the operator sees of it. */
  readonly graphs: readonly Graph[];

  constructor(scope: Construct, id: string, { data, api, connection, track }: SesProps) {
    super(scope, id);
    const { handler, work } = new QueueWorker(this, "Events", {
      entry: "providers/ses-events.queue",
      impact:
        "What became of e-mails does not reach us: mail goes on to people who complained and to mailboxes that are gone.",
      key: data.key,
    });
    track.filledBy(handler, "TRACK_QUEUE_URL");
    // A new destination is greeted with a sentence that is no event.
    const filter = { filterPolicyScope: "MessageBody", filterPolicy: { eventType: [{ exists: true }] } };
    const topic = eventTopicIn(this, { service: "ses", work, key: data.key, filter });
    this.graphs = streams.map((stream) => this.addStream(stream, topic, data, connection));
    this.addWayOut(data, api);
  }

  /** People's complaints about marketing must not keep their receipts from arriving: the streams are told apart. */
  private addStream(
    stream: Stream,
    topic: Topic,
    { sesConfigurationSets }: DataStack,
    { pools, tracksOpens }: SesProps["connection"],
  ): Graph {
    const configurationSet = `${sesConfigurationSets}-${stream}`;
    const pool = pools?.[stream];
    const set = new CfnConfigurationSet(this, `Set-${stream}`, {
      name: configurationSet,
      ...(pool && { deliveryOptions: { sendingPoolName: pool } }),
      reputationOptions: { reputationMetricsEnabled: true },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
    });
    const destination = new CfnConfigurationSetEventDestination(this, `Told-${stream}`, {
      configurationSetName: set.ref,
      eventDestination: {
        name: "heliograph",
        enabled: true,
        matchingEventTypes: [...told, ...(tracksOpens ? [EmailSendingEvent.OPEN] : [])],
        snsDestination: { topicArn: topic.topicArn },
      },
    });
    // SES tries the topic before it takes it.
    destination.node.addDependency(topic);
    return new MailReputation(this, `Reputation-${stream}`, { stream, configurationSet }).graph;
  }

  private addWayOut(data: DataStack, api: HttpApi): void {
    const handler = new Handler(this, "Unsubscribe", {
      entry: "consent/unsubscribe.webhook",
      impact: "People cannot unsubscribe from e-mails: they complain of spam instead.",
      isTraced: false,
    });
    data.contacts.writableBy(handler, "CONTACTS_TABLE");
    knowsReceiptSecret(data, handler);
    publishesTo(data.bus, handler);
    api.opensUnsigned(["GET /unsubscribe/{token}", "POST /unsubscribe/{token}"], handler);
  }
}
