/** An attribute as DynamoDB's protocol has it: one of these. */
export interface Attribute {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly Attribute[];
  readonly M?: Item;
}

/** An item as DynamoDB's protocol has it. */
export interface Item {
  readonly [name: string]: Attribute;
}

/** An index of a table: its key, and which attributes its entries carry. */
export interface IndexShape {
  readonly name: string;
  readonly key: readonly string[];
  /** Attributes beside the keys; "all" is every one. */
  readonly carries: "all" | readonly string[];
}

/** The key of a table and its indexes. */
export interface TableShape {
  readonly key: readonly string[];
  readonly indexes: readonly IndexShape[];
}

// The rules: "DynamoDB item sizes and formats", "Read and write operations" and "Using Global Secondary Indexes"
// in the Amazon DynamoDB Developer Guide.
const writeUnitBytes = 1024;
const readUnitBytes = 4096;
const queueUnitBytes = 64 * 1024;
const apiUnitBytes = 512 * 1024;

/** Bytes of an item: names and values; a list or map costs three bytes and one for each of its elements. */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

const collectionBytes = 3;

function valueBytes({ S, N, B, SS, NS, BS, L, M }: Attribute): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberBytes(N);
  if (B !== undefined) return Buffer.byteLength(B, "base64");
  if (L) return collectionBytes + sum(L.map((one) => 1 + valueBytes(one)));
  if (M) return collectionBytes + Object.keys(M).length + itemBytes(M);
  if (NS) return sum(NS.map(numberBytes));
  if (SS) return sum(SS.map((one) => Buffer.byteLength(one)));
  if (BS) return sum(BS.map((one) => Buffer.byteLength(one, "base64")));
  // True, false and nothing.
  return 1;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

/** About one byte for two significant digits and one more; the sign costs another. */
function numberBytes(text: string): number {
  const digits = text.replace(/e.*$/i, "").replaceAll(/[^\d]/g, "").replace(/^0+/, "").replace(/0+$/, "");
  return 1 + Math.ceil(digits.length / 2) + (text.startsWith("-") ? 1 : 0);
}

/** Write units of an item of a size; in a transaction each counts twice. */
export function writeUnits(bytes: number, isInTransaction = false): number {
  return Math.max(1, Math.ceil(bytes / writeUnitBytes)) * (isInTransaction ? 2 : 1);
}

/** Read units of what was read together; a read of nothing costs as much as a small one. */
export function readUnits(bytes: number, mode: "eventual" | "consistent" | "transaction"): number {
  const factor = { eventual: 0.5, consistent: 1, transaction: 2 }[mode];
  return Math.max(1, Math.ceil(bytes / readUnitBytes)) * factor;
}

/** Write units of the table itself: the larger of the item before and after counts, also when the condition did not hold. */
export function tableWriteUnits(before: Item | undefined, after: Item | undefined): number {
  return writeUnits(Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0));
}

/** Write units of an index: an entry that moves is taken out and put in anew, one that stays the same costs nothing. */
export function indexWriteUnits(
  table: TableShape,
  index: IndexShape,
  before: Item | undefined,
  after: Item | undefined,
): number {
  const [old, fresh] = [entryOf(table, index, before), entryOf(table, index, after)];
  if (!old && !fresh) return 0;
  if (!old || !fresh) return writeUnits(itemBytes(old ?? fresh ?? {}));
  const isSameKey = index.key.every((name) => isEqual(old[name], fresh[name]));
  if (!isSameKey) return writeUnits(itemBytes(old)) + writeUnits(itemBytes(fresh));
  return isEqual(old, fresh) ? 0 : writeUnits(Math.max(itemBytes(old), itemBytes(fresh)));
}

/** The entry of an item in an index; an item without the index's key has none. */
export function entryOf(table: TableShape, index: IndexShape, item: Item | undefined): Item | undefined {
  if (!item || index.key.some((name) => item[name] === undefined)) return undefined;
  if (index.carries === "all") return item;
  const carried = new Set([...table.key, ...index.key, ...index.carries]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => carried.has(name)));
}

function isEqual(one: unknown, other: unknown): boolean {
  return sorted(one) === sorted(other);
}

/** JSON in which the order of names does not matter. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Requests a queue bills for a payload. */
export function queueUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / queueUnitBytes));
}

/** Requests the HTTP API bills for a payload. */
export function apiUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / apiUnitBytes));
}
