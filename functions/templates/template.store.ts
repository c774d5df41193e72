import * as z from "zod/mini";
import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import type { Clock } from "../platform/clock.ts";
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { Template } from "./template.ts";

/** Which version of a template is the one in use. */
export const Head = z.object({
  id: z.string(),
  version: z.int(),
  description: z.optional(z.string()),
  updatedAt: z.int(),
});
/** Which version of a template is the one in use. */
export type Head = z.infer<typeof Head>;

/** Templates and their versions. */
export interface TemplateStore {
  readonly head: (id: string) => Promise<Head | undefined>;
  readonly version: (id: string, version: number) => Promise<Template | undefined>;
  /** Puts a new version in use; false when somebody else did since the head was read. */
  readonly publish: (next: Template, seen: Head | undefined) => Promise<boolean>;
  /** Takes a template out of use; its versions stay, because messages name them. */
  readonly withdraw: (seen: Head) => Promise<boolean>;
  readonly heads: (limit: number, after: string | undefined) => Promise<{ heads: Head[]; next?: string }>;
  /** Numbers of versions, newest first. */
  readonly versions: (id: string, limit: number, before: number | undefined) => Promise<number[]>;
}

/** Templates in the catalog table. */
export function templateStore(tables: Tables, table: string): TemplateStore {
  const put = (Item: Record<string, unknown>, condition: string, values?: Record<string, unknown>) =>
    ifConditionHolds(
      tables.send(
        new PutCommand({
          TableName: table,
          Item,
          ConditionExpression: condition,
          ...(values && { ExpressionAttributeValues: values }),
        }),
      ),
    );
  const get = async (pk: string, sk: string) => {
    const command = new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true });
    return (await tables.send(command)).Item;
  };
  const unused = (id: string, sk: string) =>
    tables.send(new DeleteCommand({ TableName: table, Key: { pk: pkOf(id), sk } }));
  return {
    head: async (id) => {
      const item = await get("templates", id);
      return item && Head.parse(item);
    },
    version: async (id, version) => {
      const item = await get(pkOf(id), skOf(version));
      return item && Template.parse(item["template"]);
    },
    publish: async (next, seen) => {
      const { id, version, description, createdAt } = next;
      // The version first: a head never names what is not there.
      if (!(await put({ pk: pkOf(id), sk: skOf(version), template: next }, "attribute_not_exists(pk)")))
        return false;
      const head = { pk: "templates", sk: id, id, version, description, updatedAt: createdAt };
      const isFirst = await (seen
        ? put(head, "version = :seen", { ":seen": seen.version })
        : put(head, "attribute_not_exists(pk)"));
      if (!isFirst) await unused(id, skOf(version));
      return isFirst;
    },
    withdraw: (seen) =>
      ifConditionHolds(
        tables.send(
          new DeleteCommand({
            TableName: table,
            Key: { pk: "templates", sk: seen.id },
            ConditionExpression: "version = :seen",
            ExpressionAttributeValues: { ":seen": seen.version },
          }),
        ),
      ),
    heads: async (limit, after) => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :all AND sk > :after",
          ExpressionAttributeValues: { ":all": "templates", ":after": after ?? " " },
          Limit: limit,
        }),
      );
      const heads = (reply.Items ?? []).map((item) => Head.parse(item));
      const last = reply.LastEvaluatedKey && heads.at(-1);
      return { heads, ...(last && { next: last.id }) };
    },
    versions: async (id, limit, before) => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :template AND sk < :before",
          ExpressionAttributeValues: { ":template": pkOf(id), ":before": before ? skOf(before) : "version$" },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return (reply.Items ?? []).map((item) => Number(String(item["sk"]).slice("version#".length)));
    },
  };
}

function pkOf(id: string): string {
  return `template#${id}`;
}

function skOf(version: number): string {
  return `version#${String(version).padStart(8, "0")}`;
}

/** Finds the version of a template that a message names, or the one in use. */
export type FindTemplate = (id: string, version: number | undefined) => Promise<Template | undefined>;

/** How long the version in use is remembered; versions themselves never change. */
const headKeptMilliseconds = 10_000;
const keptLimit = 100;

/** Templates for those who send by them: a read in ten seconds for each template, whatever the load. */
export function templateReader(store: Pick<TemplateStore, "head" | "version">, clock: Clock): FindTemplate {
  const heads = new Map<string, { readonly version: number; readonly at: number }>();
  const versions = new Map<string, Template>();
  const inUse = async (id: string) => {
    const known = heads.get(id);
    const now = clock.now();
    if (known && now >= known.at && now - known.at < headKeptMilliseconds) return known.version;
    const head = await store.head(id);
    if (heads.size >= keptLimit) heads.clear();
    if (head) heads.set(id, { version: head.version, at: now });
    return head?.version;
  };
  return async (id, version) => {
    const wanted = version ?? (await inUse(id));
    if (wanted === undefined) return undefined;
    const name = `${id}@${wanted}`;
    const known = versions.get(name) ?? (await store.version(id, wanted));
    if (versions.size >= keptLimit) versions.clear();
    if (known) versions.set(name, known);
    return known;
  };
}
