import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildAppOptions } from "fauxqs";

/** What the package keeps its queues in. */
export type Stores = NonNullable<BuildAppOptions["stores"]>;
/** One of its queues. */
export type Queue = NonNullable<ReturnType<Stores["sqsStore"]["getQueueByName"]>>;

/** A module inside the package; its own way to start listens to the whole network, which nothing here may do. */
export async function insideFauxqs<Exports>(file: string): Promise<Exports> {
  const root = dirname(findPackageJSON("fauxqs", import.meta.url) ?? "");
  return (await import(pathToFileURL(join(root, "dist", file)).href)) as Exports;
}
