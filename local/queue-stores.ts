import { existsSync, mkdirSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { BuildAppOptions } from "fauxqs";

type Stores = NonNullable<BuildAppOptions["stores"]>;

/** What the package has inside; its own way to start listens to the whole network, which nothing here may do. */
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
  const root = dirname(findPackageJSON("fauxqs", import.meta.url) ?? "");
  const load = async (file: string) =>
    import(pathToFileURL(join(root, "dist", file)).href) as Promise<Inside>;
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = (await Promise.all(
    ["sqs/sqsStore.js", "sns/snsStore.js", "s3/s3Store.js", "persistence.js"].map(load),
  )) as [Inside, Inside, Inside, Inside];
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
