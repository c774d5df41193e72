import type { KeptItems } from "./kept-items.ts";
import type { Meter } from "./meter.ts";
import type { Attribute, Item, TableShape } from "./meter-units.ts";
import type { Answered } from "./table-engine.ts";

/** Asks the tables themselves, past the meter; by default for the operation that was called. */
export type Ask = (call: object, operation?: string) => Promise<Answered>;

/** A call on its way through the meter. */
export interface Metered {
  readonly call: Call;
  readonly shapes: ReadonlyMap<string, TableShape>;
  readonly kept: KeptItems;
  readonly ask: Ask;
  readonly path: string;
  readonly meter: Meter;
}

/** What a call says. */
export interface Call {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConsistentRead?: boolean;
  readonly ProjectionExpression?: string;
  readonly ReturnValues?: string;
  readonly ReturnConsumedCapacity?: string;
  readonly RequestItems?: Readonly<Record<string, never>>;
}

/** What an answer says. */
export interface Answer {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Attributes?: Item;
  readonly ConsumedCapacity?: { readonly CapacityUnits: number };
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  /** Of an error. */
  readonly __type?: string;
}

/** What sort of item it is, told by the first word of each of its keys: `msg message`. */
export function kindOf(item: Item | undefined): string {
  const words = [item?.["pk"], item?.["sk"]].map((key) => /^[a-z-]+/i.exec(key?.S ?? "")?.[0]);
  return words.filter((word) => word !== undefined).join(" ") || "nothing";
}

/** Without the stack's hash: `MessagesTable01AB23CD` is `Messages`. */
export function shortName(table: string): string {
  return table.replace(/Table[0-9A-F]{8}$/, "");
}

/** The key alone. */
export function keyOf(
  shape: TableShape | undefined,
  item: Item = {},
): Readonly<Record<string, Attribute | undefined>> {
  return Object.fromEntries((shape?.key ?? []).map((name) => [name, item[name]]));
}
