import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { GetCommand, PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { earliestId, timeOfId } from "../platform/ids.ts";
import { Delivery } from "./delivery.ts";

/** What was posted to whom, and what came of it. */
export interface DeliveryStore {
  readonly find: (webhookId: string, eventId: string) => Promise<Delivery | undefined>;
  /** Writes the next version, the first one for a delivery that was not kept before; false when somebody else was quicker. */
  readonly keep: (next: Delivery, seen: Delivery) => Promise<boolean>;
  /** Deliveries to an endpoint, the newest event first, from the one after `before`. */
  readonly listNewest: (webhookId: string, limit: number, before?: string) => Promise<readonly Delivery[]>;
  /** Deliveries of events since an instant, the oldest first, from the one after `after`. */
  readonly listSince: (
    webhookId: string,
    since: number,
    limit: number,
    after?: string,
  ) => Promise<readonly Delivery[]>;
}

/** How long a delivery can be looked up and replayed. */
const keptMilliseconds = 30 * 24 * 3_600_000;

/** Whether the log still has what was made of an event. */
export function isKept(eventId: string, now: number): boolean {
  return /^evt_[0-9A-HJKMNP-TV-Z]{26}$/.test(eventId) && timeOfId(eventId) + keptMilliseconds > now;
}

/** Deliveries in the integrations table, by endpoint and in the order of the events. */
export function deliveryStore(tables: Tables, table: string): DeliveryStore {
  const skOf = (eventId: string) => `delivery#${eventId}`;
  const query = async (input: Omit<QueryCommandInput, "TableName">) => {
    const reply = await tables.send(new QueryCommand({ TableName: table, ...input }));
    return (reply.Items ?? []).map((item) => Delivery.parse(item["delivery"]));
  };
  return {
    find: async (webhookId, eventId) => {
      const reply = await tables.send(
        new GetCommand({
          TableName: table,
          Key: { pk: webhookId, sk: skOf(eventId) },
          ConsistentRead: true,
        }),
      );
      return reply.Item && Delivery.parse(reply.Item["delivery"]);
    },
    keep: (next, seen) => {
      const delivery = { ...next, version: seen.version + 1 };
      const isFirst = seen.version === 0;
      const ttl = Math.ceil((timeOfId(next.eventId) + keptMilliseconds) / 1000);
      return ifConditionHolds(
        tables.send(
          new PutCommand({
            TableName: table,
            Item: { pk: next.webhookId, sk: skOf(next.eventId), version: delivery.version, delivery, ttl },
            ConditionExpression: isFirst ? "attribute_not_exists(pk)" : "version = :seen",
            ...(!isFirst && { ExpressionAttributeValues: { ":seen": seen.version } }),
          }),
        ),
      );
    },
    listNewest: (webhookId, limit, before) =>
      query({
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :delivery)",
        ExpressionAttributeValues: { ":pk": webhookId, ":delivery": skOf("") },
        ...(before && { ExclusiveStartKey: { pk: webhookId, sk: skOf(before) } }),
        ScanIndexForward: false,
        Limit: limit,
      }),
    listSince: (webhookId, since, limit, after) =>
      query({
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: {
          ":pk": webhookId,
          // The tilde comes behind all letters of ids.
          ":from": after ? `${skOf(after)}~` : skOf(earliestId("evt", since)),
          ":to": skOf("~"),
        },
        Limit: limit,
      }),
  };
}
