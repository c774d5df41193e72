import { PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { ConsentEntry } from "./consent.ts";

/** The proof of every consent given and withdrawn; only ever added to. */
export interface ConsentLedger {
  /** Adds an entry once, however often it is asked to. */
  readonly append: (entry: ConsentEntry) => Promise<void>;
  /** Entries of a contact, newest first. */
  readonly list: (contactId: string, limit: number) => Promise<ConsentEntry[]>;
}

/** The ledger in the contacts table. */
export function ledgerStore(tables: Tables, table: string): ConsentLedger {
  return {
    append: async (entry) => {
      const Item = {
        pk: entry.contactId,
        sk: `consent#${String(entry.at).padStart(15, "0")}#${entry.id}`,
        entry,
      };
      await ifConditionHolds(
        tables.send(
          new PutCommand({ TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" }),
        ),
      );
    },
    list: async (contactId, limit) => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :contact AND begins_with(sk, :entries)",
          ExpressionAttributeValues: { ":contact": contactId, ":entries": "consent#" },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      return (reply.Items ?? []).map((item) => ConsentEntry.parse(item["entry"]));
    },
  };
}
