import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { deflated, inflated } from "../platform/deflated.ts";
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { readMany } from "../platform/read-many.store.ts";
import { Campaign } from "./campaign.ts";
import { Page } from "./page.ts";
import { Tally } from "./tally.ts";

/** Campaigns, their pages of recipients and the counts of those. */
export interface CampaignStore {
  readonly find: (campaignId: string) => Promise<Campaign | undefined>;
  /** False when it is there already. */
  readonly create: (campaign: Campaign) => Promise<boolean>;
  /** Writes the next version; false when somebody else changed it first. */
  readonly replace: (next: Campaign, seen: Campaign) => Promise<boolean>;
  /** Newest first, from behind one of them. */
  readonly list: (limit: number, after?: string) => Promise<readonly Campaign[]>;
  readonly findPage: (campaignId: string, number: number) => Promise<Page | undefined>;
  /** False when there is a page of this number already. */
  readonly addPage: (campaignId: string, page: Page) => Promise<boolean>;
  readonly findTally: (campaignId: string, number: number) => Promise<Tally | undefined>;
  /** Writes the next version; false when somebody else counted first. */
  readonly replaceTally: (campaignId: string, next: Tally) => Promise<boolean>;
  readonly listTallies: (campaignId: string) => Promise<readonly Tally[]>;
  /** Somebody is to look after a campaign at an instant; the latest word counts. */
  readonly remind: (campaignId: string, at: number) => Promise<void>;
  /** Nobody has to any more; or only if somebody was to before an instant. */
  readonly forget: (campaignId: string, before?: number) => Promise<void>;
  /** Campaigns somebody is to look after by now. */
  readonly listReminders: (now: number) => Promise<readonly string[]>;
}

const listed = "campaigns";
const reminders = "reminders";

/** Campaigns in their table. */
export function campaignStore(tables: Tables, table: string): CampaignStore {
  const get = async (pk: string, sk: string) => {
    const Key = { pk, sk };
    const { Item } = await tables.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item;
  };
  const put = (Item: Record<string, unknown>, condition?: string, seen?: number) =>
    ifConditionHolds(
      tables.send(
        new PutCommand({
          TableName: table,
          Item,
          ...(condition && { ConditionExpression: condition }),
          ...(seen !== undefined && { ExpressionAttributeValues: { ":seen": seen } }),
        }),
      ),
    );
  const query = async (
    KeyConditionExpression: string,
    values: Record<string, unknown>,
    more: {
      readonly Limit?: number;
      readonly ScanIndexForward?: boolean;
      readonly ConsistentRead?: boolean;
    } = {},
  ) => {
    const items: Record<string, unknown>[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression,
          ExpressionAttributeValues: values,
          ...more,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      items.push(...(reply.Items ?? []));
      from = reply.LastEvaluatedKey;
    } while (from && items.length < (more.Limit ?? Infinity));
    return items;
  };
  const campaignIn = (item: Record<string, unknown> | undefined) => item && Campaign.parse(item["campaign"]);
  return {
    find: async (campaignId) => campaignIn(await get(campaignId, "campaign")),
    create: async (campaign) => {
      const { id, version } = campaign;
      const isNew = await put({ pk: id, sk: "campaign", version, campaign }, "attribute_not_exists(pk)");
      await put({ pk: listed, sk: id });
      return isNew;
    },
    replace: (next, seen) => {
      const campaign = { ...next, version: seen.version + 1 };
      const { id, version } = campaign;
      return put({ pk: id, sk: "campaign", version, campaign }, "version = :seen", seen.version);
    },
    list: async (limit, after) => {
      const condition = after === undefined ? "pk = :pk" : "pk = :pk AND sk < :after";
      const values = { ":pk": listed, ...(after !== undefined && { ":after": after }) };
      const entries = await query(condition, values, { Limit: limit, ScanIndexForward: false });
      const ids = entries.map((entry) => String(entry["sk"]));
      const keys = ids.map((pk) => ({ pk, sk: "campaign" }));
      const found = new Map(
        (await readMany(tables, table, keys)).map((item) => [String(item["pk"]), campaignIn(item)]),
      );
      return ids.map((id) => found.get(id)).filter((campaign) => campaign !== undefined);
    },
    findPage: async (campaignId, number) => {
      const item = await get(campaignId, pageKey(number));
      return item && pageIn(String(item["page"]));
    },
    addPage: (campaignId, page) =>
      put({ pk: campaignId, sk: pageKey(page.number), page: textOf(page) }, "attribute_not_exists(pk)"),
    findTally: async (campaignId, number) => {
      const item = await get(campaignId, tallyKey(number));
      return item && Tally.parse(item["tally"]);
    },
    replaceTally: (campaignId, next) => {
      const isFirst = next.version === 0;
      const tally = { ...next, version: next.version + 1 };
      const item = { pk: campaignId, sk: tallyKey(next.page), version: tally.version, tally };
      return isFirst ? put(item, "attribute_not_exists(pk)") : put(item, "version = :seen", next.version);
    },
    listTallies: async (campaignId) => {
      const values = { ":pk": campaignId, ":tally": "tally#" };
      const items = await query("pk = :pk AND begins_with(sk, :tally)", values, { ConsistentRead: true });
      return items.map((item) => Tally.parse(item["tally"]));
    },
    remind: async (campaignId, lookAt) => void (await put({ pk: reminders, sk: campaignId, lookAt })),
    forget: async (campaignId, before) => {
      const guard = {
        ConditionExpression: "lookAt < :before",
        ExpressionAttributeValues: { ":before": before },
      };
      const Key = { pk: reminders, sk: campaignId };
      const command = new DeleteCommand({ TableName: table, Key, ...(before !== undefined && guard) });
      await ifConditionHolds(tables.send(command));
    },
    listReminders: async (now) => {
      const items = await query("pk = :pk", { ":pk": reminders });
      return items.filter((item) => Number(item["lookAt"]) <= now).map((item) => String(item["sk"]));
    },
  };
}

function pageKey(number: number): string {
  return `page#${padded(number)}`;
}

function tallyKey(number: number): string {
  return `tally#${padded(number)}`;
}

function padded(number: number): string {
  return String(number).padStart(4, "0");
}

/** A thousand ids of thirty characters fit into half of that, and the table bills every kilobyte. */
function textOf(page: Page): string {
  return deflated(JSON.stringify(page));
}

function pageIn(text: string): Page {
  return Page.parse(JSON.parse(inflated(text)));
}
