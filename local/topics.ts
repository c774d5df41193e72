import { type Properties, record, text } from "./properties.ts";

/** A queue that hears what is published to a topic, as the template declares it. */
export interface SubscriptionDeclaration {
  readonly topicArn: string;
  readonly queueArn: string;
  /** Fields that a message must have to be heard. */
  readonly needs: readonly string[];
}

/** Where Amazon SES publishes what becomes of the e-mails of a configuration set. */
export interface MailDestination {
  readonly name: string;
  readonly topicArn: string;
  /** Kinds of events, as the template names them. */
  readonly tells: readonly string[];
}

/** Reads a destination; only topics are known here. */
export function mailDestinationFrom({ ConfigurationSetName, EventDestination }: Properties): MailDestination {
  const { SnsDestination, MatchingEventTypes } = record(EventDestination);
  const tells = Array.isArray(MatchingEventTypes) ? MatchingEventTypes.map(text) : [];
  return {
    name: text(ConfigurationSetName),
    topicArn: text(record(SnsDestination)["TopicARN"]),
    tells,
  };
}

/** Hands a message to every queue that listens to a topic; fails when one of them could not take it. */
export type PublishToTopic = (topicArn: string, message: string) => Promise<void>;

/** SNS as far as it feeds queues, with messages as they were published. */
export function topicsFor(
  subscriptions: readonly SubscriptionDeclaration[],
  fill: (queueArn: string, text: string) => Promise<void>,
): PublishToTopic {
  return async (topicArn, message) => {
    const listening = subscriptions.filter((one) => one.topicArn === topicArn);
    if (listening.length === 0) throw new Error(`Nobody listens to ${topicArn}`);
    for (const { queueArn, needs } of listening) if (hasAll(message, needs)) await fill(queueArn, message);
  };
}

/** What a filter of a subscription asks for; only whether fields of the message are there is understood. */
export function fieldsNeededBy(policy: unknown, scope: unknown): readonly string[] {
  const rules = typeof policy === "object" && policy !== null ? Object.entries(policy) : [];
  if (scope !== "MessageBody" || rules.some(([, rule]) => JSON.stringify(rule) !== '[{"exists":true}]'))
    throw new Error(
      "Filters of topics are known here only where they ask whether fields of the body are there",
    );
  return rules.map(([name]) => name);
}

/** What is no JSON object has no fields. */
function hasAll(message: string, needs: readonly string[]): boolean {
  if (needs.length === 0) return true;
  try {
    const fields: unknown = JSON.parse(message);
    return (
      typeof fields === "object" && fields !== null && needs.every((name) => Object.hasOwn(fields, name))
    );
  } catch {
    return false;
  }
}
