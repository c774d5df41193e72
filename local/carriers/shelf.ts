import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

/** Records of one kind, kept as JSON beside the columns they are looked up by. */
export interface Shelf<T> {
  readonly get: (id: string) => T | undefined;
  readonly put: (record: T) => void;
  /** Records that fit an SQL condition over the columns, `seq` being their order of arrival. */
  readonly find: (condition: string, ...values: SQLInputValue[]) => T[];
  readonly count: (condition: string, ...values: SQLInputValue[]) => number;
  readonly seqOf: (id: string) => number | undefined;
  readonly remove: (id: string) => void;
  readonly clear: () => void;
}

/** How records of a kind are told apart and looked up. */
export interface Shape<T> {
  readonly id: (record: T) => string;
  /** Columns of the table; each has an index. */
  readonly columns: Readonly<Record<string, (record: T) => SQLInputValue>>;
}

/** Opens the shelf of one kind of records, building it on the first use. */
export function shelf<T>(database: DatabaseSync, name: string, { id, columns }: Shape<T>): Shelf<T> {
  const names = Object.keys(columns);
  const fields = ["id", ...names, "record"];
  build(database, name, names);
  const prepared = preparing(database);
  const one = prepared(`select record from ${name} where id = ?`);
  const write = prepared(
    `insert into ${name} (${fields.join(", ")}) values (${fields.map(() => "?").join(", ")})
     on conflict (id) do update set ${[...names, "record"].map((field) => `${field} = excluded.${field}`).join(", ")}`,
  );
  const read = (row: unknown): T => JSON.parse((row as { record: string }).record) as T;
  return {
    get: (key) => {
      const row = one.get(key);
      return row && read(row);
    },
    put: (record) => {
      const values = names.map((field) => columns[field]?.(record) ?? null);
      write.run(id(record), ...values, JSON.stringify(record));
    },
    find: (condition, ...values) =>
      prepared(`select record from ${name} where ${condition}`)
        .all(...values)
        .map(read),
    count: (condition, ...values) => {
      const row = prepared(`select count(*) as n from ${name} where ${condition}`).get(...values);
      return Number(row?.["n"] ?? 0);
    },
    seqOf: (key) => {
      const row = prepared(`select seq from ${name} where id = ?`).get(key);
      return row && Number(row["seq"]);
    },
    remove: (key) => void prepared(`delete from ${name} where id = ?`).run(key),
    clear: () => database.exec(`delete from ${name}`),
  };
}

/** Statements are prepared once: that takes longer than running them. */
function preparing(database: DatabaseSync): (statement: string) => StatementSync {
  const known = new Map<string, StatementSync>();
  return (statement) => {
    const there = known.get(statement) ?? database.prepare(statement);
    known.set(statement, there);
    return there;
  };
}

function build(database: DatabaseSync, name: string, columns: readonly string[]): void {
  const list = columns.map((column) => `${column},`).join(" ");
  database.exec(
    `create table if not exists ${name} (seq integer primary key autoincrement, id text unique not null, ${list} record text not null)`,
  );
  for (const column of columns)
    database.exec(`create index if not exists ${name}_${column} on ${name} (${column})`);
}
