import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { Webhook, webhooksLimit } from "./webhook.ts";

/** Endpoints of the business's own. */
export interface WebhookStore {
  /** All of them, the oldest first: there are few. */
  readonly list: () => Promise<readonly Webhook[]>;
  readonly find: (webhookId: string) => Promise<Webhook | undefined>;
  /** False when one with this id is already there. */
  readonly create: (webhook: Webhook) => Promise<boolean>;
  /** Writes the next version; false when somebody else changed the endpoint first, or removed it. */
  readonly replace: (next: Webhook, seen: Webhook) => Promise<boolean>;
  readonly remove: (webhookId: string) => Promise<void>;
}

const pk = "webhooks";

/** Endpoints in the integrations table: they stand together, so that one read has all of them. */
export function webhookStore(tables: Tables, table: string): WebhookStore {
  const put = (webhook: Webhook, condition: string, seen?: number) =>
    ifConditionHolds(
      tables.send(
        new PutCommand({
          TableName: table,
          Item: { pk, sk: webhook.id, version: webhook.version, webhook },
          ConditionExpression: condition,
          ...(seen !== undefined && { ExpressionAttributeValues: { ":seen": seen } }),
        }),
      ),
    );
  return {
    list: async () => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": pk },
          ConsistentRead: true,
          Limit: 2 * webhooksLimit,
        }),
      );
      return (reply.Items ?? []).map((item) => Webhook.parse(item["webhook"]));
    },
    find: async (webhookId) => {
      const reply = await tables.send(
        new GetCommand({ TableName: table, Key: { pk, sk: webhookId }, ConsistentRead: true }),
      );
      return reply.Item && Webhook.parse(reply.Item["webhook"]);
    },
    create: (webhook) => put(webhook, "attribute_not_exists(pk)"),
    replace: (next, seen) => put({ ...next, version: seen.version + 1 }, "version = :seen", seen.version),
    remove: async (webhookId) => {
      await tables.send(new DeleteCommand({ TableName: table, Key: { pk, sk: webhookId } }));
    },
  };
}

/** Decides an endpoint's next version and writes it, again from a fresh look when somebody else was quicker; undefined when there is none. */
export async function changeWebhook(
  store: Pick<WebhookStore, "find" | "replace">,
  webhookId: string,
  change: (webhook: Webhook) => Webhook,
): Promise<{ readonly before: Webhook; readonly webhook: Webhook } | undefined> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const seen = await store.find(webhookId);
    if (!seen) return undefined;
    const next = change(seen);
    if (next === seen) return { before: seen, webhook: seen };
    if (await store.replace(next, seen))
      return { before: seen, webhook: { ...next, version: seen.version + 1 } };
  }
  throw new Error(`Webhook ${webhookId} changed ${triesLimit} times while we looked`);
}

const triesLimit = 10;
