import type { Item, TableShape } from "./meter-units.ts";
import type { Answered } from "./table-engine.ts";

/** Names one item of a table. */
export interface Named {
  readonly TableName: string;
  readonly Key?: Readonly<Record<string, { readonly S?: string; readonly N?: string } | undefined>>;
  readonly Item?: Item;
}

/** Items as they stand in the tables, for as many as were last in use: every call comes through here. */
export interface KeptItems {
  /** The item, or that there is none; undefined when that is not known. */
  readonly find: (named: Named) => { readonly item: Item | undefined } | undefined;
  readonly keep: (named: Named, item: Item | undefined) => void;
  readonly forget: (named: Named) => void;
  /** Reads from the tables and keeps what they say, unless something was written meanwhile. */
  readonly filled: (named: Named, read: () => Promise<Answered>) => Promise<Answered>;
  /** Writes while nothing of these is known. */
  readonly without: (all: readonly Named[], write: () => Promise<Answered>) => Promise<Answered>;
}

/** Most items in memory. */
const limit = 20_000;

/** Keeps nothing yet. */
export function keptItems(shapes: ReadonlyMap<string, TableShape>): KeptItems {
  const items = new Map<string, { readonly item: Item | undefined }>();
  /** Reads under way; a write of the same item makes what they bring old. */
  const reading = new Map<string, number>();
  let reads = 0;

  const nameOf = ({ TableName, Key, Item: item }: Named): string | undefined => {
    const key = Key ?? item ?? {};
    const names = shapes.get(TableName)?.key ?? [];
    // A key that is not one is for the tables to refuse.
    if (Key && Object.keys(Key).length !== names.length) return undefined;
    const parts = names.map((name) => key[name]?.S ?? key[name]?.N);
    return parts.includes(undefined) ? undefined : JSON.stringify([TableName, ...parts]);
  };
  const put = (name: string, item: Item | undefined) => {
    items.delete(name);
    items.set(name, { item });
    if (items.size > limit) items.delete(items.keys().next().value ?? "");
  };
  const forgetName = (name: string | undefined) => {
    if (name === undefined) return;
    items.delete(name);
    reading.delete(name);
  };
  return {
    find: (named) => items.get(nameOf(named) ?? ""),
    keep: (named, item) => {
      const name = nameOf(named);
      forgetName(name);
      if (name !== undefined && (!item || isPlain(item))) put(name, item);
    },
    forget: (named) => forgetName(nameOf(named)),
    filled: async (named, read) => {
      const name = nameOf(named);
      const mine = (reads += 1);
      if (name !== undefined) reading.set(name, mine);
      const answered = await read();
      if (name === undefined || reading.get(name) !== mine) return answered;
      reading.delete(name);
      if (answered.status === 200) put(name, answered.answer.Item);
      return answered;
    },
    without: async (all, write) => {
      const names = all.map(nameOf);
      for (const name of names) forgetName(name);
      const answered = await write();
      for (const name of names) forgetName(name);
      return answered;
    },
  };
}

const plainNumber = /^(0|-?[1-9]\d{0,14})$/;

/** Whether the tables keep it as it came: numbers may be written in more than one way. */
function isPlain(item: Item): boolean {
  return Object.values(item).every(({ N, M, L, NS, SS, BS }) => {
    if (N !== undefined) return plainNumber.test(N);
    if (M) return isPlain(M);
    if (L) return isPlain(Object.fromEntries(L.entries()));
    return !NS && !SS && !BS;
  });
}
