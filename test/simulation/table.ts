import { AwsError } from "../../functions/platform/aws-error.ts";

type Item = Readonly<Record<string, unknown>>;
type Values = Readonly<Record<string, unknown>>;

/** A write as it was committed. */
export interface Commit {
  readonly table: string;
  readonly pk: string;
  readonly sk: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** What an operation is asked, as far as the stores use it. */
export interface TableInput {
  readonly TableName?: string | undefined;
  readonly Key?: Item | undefined;
  readonly Item?: Item | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeValues?: Values | undefined;
  readonly IndexName?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ScanIndexForward?: boolean | undefined;
  readonly Limit?: number | undefined;
  readonly RequestItems?:
    | Readonly<Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>>
    | undefined;
}

/** Tables in memory with DynamoDB's conditional writes. */
export interface SimTables {
  /** What a read that may be older gives: the item as it stood before it was last written. */
  readonly older: (input: TableInput) => Record<string, unknown>;
  readonly apply: (operation: string, input: TableInput) => Record<string, unknown>;
  readonly items: (table: string) => IterableIterator<Item>;
}

/** Tables that tell of every commit. */
export function newTables(onCommit: (commit: Commit) => void): SimTables {
  const tables = new Map<string, Map<string, string>>();
  const replaced = new Map<string, string | undefined>();
  const rowsOf = (table: string) => {
    const rows = tables.get(table) ?? new Map<string, string>();
    tables.set(table, rows);
    return rows;
  };
  // Kept as text: nobody can change what is stored by holding on to it.
  const read = (text: string | undefined): Item | undefined =>
    text === undefined ? undefined : JSON.parse(text);
  const write = (table: string, key: Item, after: Item | undefined, input: TableInput) => {
    const rows = rowsOf(table);
    const name = nameOf(key);
    const before = read(rows.get(name));
    const { ConditionExpression, ExpressionAttributeValues = {} } = input;
    if (ConditionExpression && !holds(ConditionExpression, before, ExpressionAttributeValues))
      throw new AwsError("ConditionalCheckFailedException", "The conditional request failed", 400);
    replaced.set(`${table}\n${name}`, rows.get(name));
    if (after) rows.set(name, JSON.stringify(after));
    else rows.delete(name);
    onCommit({ table, pk: String(key["pk"]), sk: String(key["sk"]), before, after: read(rows.get(name)) });
    return {};
  };
  // Looking through a table would otherwise be most of what a run does; whoever is given one of these only reads it.
  const parsed = new Map<string, Item>();
  const look = (text: string): Item => {
    const known = parsed.get(text) ?? (JSON.parse(text) as Item);
    if (parsed.size > lookLimit) parsed.clear();
    parsed.set(text, known);
    return known;
  };
  const doIt: Readonly<Record<string, (input: TableInput) => Record<string, unknown>>> = {
    GetItem: (input) => {
      const Item = read(rowsOf(input.TableName ?? "").get(nameOf(input.Key ?? {})));
      return Item ? { Item } : {};
    },
    BatchGetItem: ({ RequestItems = {} }) => {
      const found = Object.entries(RequestItems).map(([table, { Keys }]) => {
        if (Keys.length > batchLimit) throw new Error(`A batch of ${Keys.length} items is too large`);
        return [
          table,
          Keys.map((key) => read(rowsOf(table).get(nameOf(key)))).filter((one) => one !== undefined),
        ];
      });
      return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
    },
    PutItem: (input) => write(input.TableName ?? "", input.Item ?? {}, input.Item, input),
    UpdateItem: (input) => {
      const before = read(rowsOf(input.TableName ?? "").get(nameOf(input.Key ?? {})));
      const after = updated({ ...before, ...input.Key }, input);
      write(input.TableName ?? "", after, after, input);
      return { Attributes: after };
    },
    DeleteItem: (input) => write(input.TableName ?? "", input.Key ?? {}, undefined, input),
    Query: (input) => {
      const { KeyConditionExpression = "", ExpressionAttributeValues = {}, Limit, ScanIndexForward } = input;
      const rows = [...rowsOf(input.TableName ?? "").values()];
      const found = rows
        .filter((text) => holds(KeyConditionExpression, look(text), ExpressionAttributeValues))
        .map((text): Item => JSON.parse(text));
      const sortedBy =
        input.IndexName === "byDue" ? "dueAt" : input.IndexName === "byContact" ? "createdAt" : "sk";
      const sorted = found.toSorted((one, other) => compare(one[sortedBy], other[sortedBy]));
      const ordered = ScanIndexForward === false ? sorted.toReversed() : sorted;
      return { Items: ordered.slice(0, Limit ?? Infinity) };
    },
  };
  return {
    older: ({ TableName = "", Key = {} }) => {
      const Item = read(replaced.get(`${TableName}\n${nameOf(Key)}`));
      return Item ? { Item } : {};
    },
    apply: (operation, input) => {
      const act = doIt[operation];
      if (!act) throw new Error(`The simulated tables do not know ${operation}`);
      return act(input);
    },
    items: function* (table) {
      for (const text of rowsOf(table).values()) yield look(text);
    },
  };
}

/** Items that are kept read. */
const lookLimit = 5_000;
/** Most items of one batch, as DynamoDB has it. */
const batchLimit = 100;

function nameOf(key: Item): string {
  return `${String(key["pk"])}\n${String(key["sk"])}`;
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one) < String(other) ? -1 : String(one) > String(other) ? 1 : 0;
}

/** Update expressions as far as the stores use them: values set, attributes removed. */
function updated(item: Item, { UpdateExpression = "", ExpressionAttributeValues = {} }: TableInput): Item {
  const [, sets = "", removes = ""] = /^(?:SET (.+?))?(?: ?REMOVE (.+))?$/.exec(UpdateExpression) ?? [];
  const values = sets.split(", ").flatMap((term): [string, unknown][] => {
    const [name = "", value = ""] = term.split(" = ");
    return name ? [[name, ExpressionAttributeValues[value]]] : [];
  });
  const gone = new Set(removes.split(", "));
  const after = Object.entries({ ...item, ...Object.fromEntries(values) });
  return Object.fromEntries(after.filter(([name]) => !gone.has(name)));
}

/** Condition expressions as far as the stores use them: terms joined by AND, or by OR. */
function holds(expression: string, item: Item | undefined, values: Values): boolean {
  return expression
    .split(/ OR /)
    .some((part) => part.split(/ AND /).every((term) => holdsTerm(term.trim(), item, values)));
}

function holdsTerm(term: string, item: Item | undefined, values: Values): boolean {
  const missing = /^attribute_not_exists\((\w+)\)$/.exec(term);
  if (missing) return item?.[missing[1] ?? ""] === undefined;
  const begins = /^begins_with\((\w+), (:\w+)\)$/.exec(term);
  if (begins) return String(item?.[begins[1] ?? ""] ?? "").startsWith(String(values[begins[2] ?? ""]));
  const [, name = "", sign = "", value = ""] = /^(\w+) (=|<=|<|>=|>) (:\w+)$/.exec(term) ?? [];
  if (!sign) throw new Error(`The simulated tables do not know the condition ${term}`);
  const held = item?.[name];
  if (held === undefined) return false;
  const order = compare(held, values[value]);
  return (
    { "=": order === 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[sign] ?? false
  );
}
