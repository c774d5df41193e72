/** A value as DynamoDB's API writes it, with its type. */
export type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Attributes };

/** A map of values as DynamoDB's API writes it. */
export interface Attributes {
  readonly [name: string]: Attribute;
}

/** Plain values as DynamoDB takes them; what is undefined is left out. */
export function attributesOf(item: Readonly<Record<string, unknown>>): Attributes {
  // Made from entries: a name that means something to JavaScript is a name like any other.
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, attributeOf(value)]],
    ),
  );
}

/** DynamoDB's values as plain ones. */
export function itemOf(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, valueOf(attribute)]),
  );
}

function attributeOf(value: unknown): Attribute {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: numberOf(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.filter((one) => one !== undefined).map(attributeOf) };
  if (isPlain(value)) return { M: attributesOf(value) };
  throw new TypeError(`A table cannot keep ${Object.prototype.toString.call(value)}`);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Beyond these numbers a table would keep another one than it was given. */
function numberOf(value: number): string {
  const isKept = Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (!isKept) throw new RangeError(`A table cannot keep the number ${value}`);
  return String(value);
}

function valueOf(attribute: Attribute): unknown {
  if ("S" in attribute) return attribute.S;
  if ("N" in attribute) return Number(attribute.N);
  if ("M" in attribute) return itemOf(attribute.M);
  if ("L" in attribute) return attribute.L.map(valueOf);
  if ("BOOL" in attribute) return attribute.BOOL;
  if ("NULL" in attribute) return null;
  throw new TypeError(`Sets and bytes are not what we keep in tables: ${Object.keys(attribute).join()}`);
}
