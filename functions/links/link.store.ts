import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { GetCommand, PutCommand } from "../platform/dynamo.store.ts";
import { Link } from "./link.ts";

/** Short links by their code. */
export interface LinkStore {
  readonly find: (code: string) => Promise<Link | undefined>;
  /** False when the code is in use. A link is written once and never changed. */
  readonly create: (link: Link) => Promise<boolean>;
}

/** Short links in a table of their own: whoever follows them may read nothing else. */
export function linkStore(tables: Tables, table: string): LinkStore {
  const keyOf = (code: string) => ({ pk: `link#${code}`, sk: "link" });
  return {
    find: async (code) => {
      const reply = await tables.send(new GetCommand({ TableName: table, Key: keyOf(code) }));
      return reply.Item && Link.parse(reply.Item["link"]);
    },
    create: (link) =>
      ifConditionHolds(
        tables.send(
          new PutCommand({
            TableName: table,
            Item: { ...keyOf(link.code), link, ttl: Math.ceil(link.expiresAt / 1000) },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        ),
      ),
  };
}
