import type { GetCommandInput } from "@aws-sdk/lib-dynamodb";
import DataLoader from "dataloader";
import type { Tables } from "./aws.store.ts";
import type { Command } from "./aws-client.ts";
import { GetCommand } from "./dynamo.store.ts";
import { type ItemKey, readMany } from "./read-many.store.ts";

type Item = Readonly<Record<string, unknown>>;

/**
 * Tables whose single items travel together when they are asked for at the same moment, whoever asks: a batch of ten messages
 * is one request and not ten. The units are the same; connections, signatures and replies are a tenth.
 */
export function gatheringReads(tables: Tables): Tables {
  const loaders = new Map<string, DataLoader<ItemKey, Item | undefined>>();
  const loaderOf = (table: string, isConsistent: boolean) => {
    const name = `${table} ${isConsistent}`;
    const loader = loaders.get(name) ?? newLoader(tables, table, isConsistent);
    loaders.set(name, loader);
    return loader;
  };
  return {
    ...tables,
    send: async <Output extends object>(command: Command<Output>): Promise<Output> => {
      const asked = askedIn(command);
      if (!asked) return tables.send(command);
      const Item = await loaderOf(asked.table, asked.isConsistent).load(asked.key);
      return { ...(Item && { Item }) } as Output;
    },
  };
}

function newLoader(tables: Tables, table: string, isConsistent: boolean) {
  return new DataLoader<ItemKey, Item | undefined>(
    async (keys) => {
      const [only] = keys;
      if (only && keys.length === 1) {
        const alone = { TableName: table, Key: { ...only }, ConsistentRead: isConsistent };
        return [(await tables.send(new GetCommand(alone))).Item];
      }
      const items = await readMany(tables, table, keys, { isConsistent });
      const found = new Map(items.map((item) => [nameOf(item), item]));
      return keys.map((key) => found.get(nameOf(key)));
    },
    // What was read a moment ago may have changed.
    { cache: false },
  );
}

/** The item that a command reads; undefined when it does anything else. */
function askedIn({ operation, input }: Command<object>) {
  if (operation !== "GetItem") return undefined;
  const { TableName: table = "", Key, ConsistentRead: isConsistent = false } = input as GetCommandInput;
  const key = { pk: String(Key?.["pk"]), sk: String(Key?.["sk"]) };
  return { table, key, isConsistent };
}

function nameOf({ pk, sk }: Item | ItemKey): string {
  return `${String(pk)}\n${String(sk)}`;
}
