import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { insideFauxqs, type Stores } from "./fauxqs.ts";

/** What its modules export. */
interface Inside {
  readonly SqsStore: new () => Stores["sqsStore"];
  readonly SnsStore: new () => Stores["snsStore"];
  readonly S3Store: new () => Stores["s3Store"];
  readonly PersistenceManager: new (folder: string) => NonNullable<Stores["sqsStore"]["persistence"]> & {
    loadSqsAndSns: (sqs: Stores["sqsStore"], sns: Stores["snsStore"]) => void;
    close: () => void;
  };
}

/** The queues' memory; with a folder it is also on disk. */
export async function openStores(folder: string | undefined): Promise<{ stores: Stores; close: () => void }> {
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = await Promise.all([
    insideFauxqs<Inside>("sqs/sqsStore.js"),
    insideFauxqs<Inside>("sns/snsStore.js"),
    insideFauxqs<Inside>("s3/s3Store.js"),
    insideFauxqs<Inside>("persistence.js"),
  ]);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  if (!folder) return { stores, close: () => undefined };
  mkdirSync(folder, { recursive: true });
  releaseInFlight(join(folder, "fauxqs.db"));
  const kept = new PersistenceManager(folder);
  // Version 2.4.1 writes null where its schema forbids it, and loses the message: on disk it stays in flight until it is due.
  kept.updateMessageReady = () => undefined;
  kept.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  stores.sqsStore.persistence = kept;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = kept;
  return { stores, close: () => kept.close() };
}

/** What a killed run had in its hands comes back at once: nobody is left who could finish it. */
function releaseInFlight(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  database.exec("UPDATE sqs_messages SET visibility_deadline = 1 WHERE visibility_deadline IS NOT NULL");
  database.close();
}
