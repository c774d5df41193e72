import type { Tables } from "../platform/aws.store.ts";
import { PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { inParts } from "../platform/in-parts.ts";
import { type Cohort, nameOfCohort } from "./cohort.ts";

/** Who waits in a cohort. The messages themselves say whether they still do. */
export interface CohortList {
  /** Puts messages on a cohort's list; the same ones again change nothing. */
  readonly add: (cohort: Cohort, messageIds: readonly string[]) => Promise<void>;
  /** Everybody on it, each once. */
  readonly read: (cohort: Cohort) => Promise<readonly string[]>;
}

/** Thirty names of thirty characters fit into a sort key of 1,024 bytes. */
const namesLimit = 30;
/** How long a list is kept after its cohort has moved on: whoever asks why may look. */
const keptSeconds = 24 * 3600;

/** Lists in the messages' table: an entry's key is the names on it, so that writing it twice writes it once. */
export function cohortList(tables: Tables, table: string): CohortList {
  const addEntry = (cohort: Cohort, messageIds: readonly string[]) => {
    const Item = {
      pk: keyOf(cohort),
      sk: messageIds.toSorted().join(" "),
      ttl: Math.ceil(cohort.at / 1000) + keptSeconds,
    };
    return tables.send(new PutCommand({ TableName: table, Item }));
  };
  return {
    add: async (cohort, messageIds) => {
      await Promise.all(inParts(messageIds, namesLimit).map((names) => addEntry(cohort, names)));
    },
    read: async (cohort) => {
      const found = new Set<string>();
      let from: Record<string, unknown> | undefined;
      do {
        const reply = await tables.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :cohort",
            ExpressionAttributeValues: { ":cohort": keyOf(cohort) },
            ConsistentRead: true,
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        for (const { sk } of reply.Items ?? [])
          for (const messageId of String(sk).split(" ")) found.add(messageId);
        from = reply.LastEvaluatedKey;
      } while (from);
      return [...found];
    },
  };
}

function keyOf(cohort: Cohort): string {
  return `cohort#${nameOfCohort(cohort)}`;
}
