import { createRequire } from "node:module";
import type { Answer } from "./meter-table.ts";
import type * as service from "./service.ts";

/** What the tables answered. */
export type Answered = service.Answered<Answer>;

/** The tables without a server in front of them. */
export interface TableEngine {
  readonly run: (operation: string, input: object) => Promise<Answered>;
  readonly close: () => Promise<void>;
}

/** Errors that dynalite answers with. */
interface Refusal {
  readonly statusCode?: number;
  readonly body?: Answer;
}

type Done<T> = (error: (Refusal & Error) | null, value: T) => void;
type GetTable = (name: string, checkStatus: unknown, done?: Done<unknown>) => void;

interface Store {
  getTable: GetTable;
  readonly lifecycleManager: { readonly gracefulClose: (done: (error?: Error) => void) => void };
}

interface Checks {
  readonly toLowerFirst: (name: string) => string;
  readonly checkTypes: (input: object, types: unknown) => object;
  readonly checkValidations: (input: object, types: unknown, custom: unknown, store: Store) => void;
}

const load = createRequire(import.meta.url);
const inside = (part: string): unknown => load(`dynalite/${part}.js`);
/** They may leave a table another one. */
const changeTables = new Set(["CreateTable", "UpdateTable", "DeleteTable"]);

/** Opens dynalite's tables for calls in this process: its own server spends most of a call on what was checked before. */
export function openEngine(path: string | undefined): TableEngine {
  const { create } = inside("db/index") as { create: (options: object) => Store };
  const checks = inside("validations/index") as Checks;
  const store = create({ createTableMs: 0, ...(path && { path }) });
  const remembered = rememberTables(store);
  const actions = new Map<string, ReturnType<typeof actionOf>>();

  const run = (operation: string, input: object): Promise<Answered> => {
    const action = actions.get(operation) ?? actionOf(checks.toLowerFirst(operation));
    actions.set(operation, action);
    return new Promise((resolve, reject) => {
      const refuse = (error: Refusal & Error) =>
        error.statusCode && error.body
          ? resolve({ status: error.statusCode, answer: error.body })
          : reject(error);
      try {
        const { types, custom } = action.checked;
        const data = checks.checkTypes(input, types);
        checks.checkValidations(data, types, custom, store);
        if (changeTables.has(operation)) remembered.clear();
        action.act(store, data, (error, answer) =>
          error ? refuse(error) : resolve({ status: 200, answer }),
        );
      } catch (error) {
        refuse(error as Refusal & Error);
      }
    });
  };
  const close = () =>
    new Promise<void>((resolve, reject) =>
      store.lifecycleManager.gracefulClose((error) => (error ? reject(error) : resolve())),
    );
  return { run, close };
}

function actionOf(name: string) {
  return {
    checked: inside(`validations/${name}`) as { readonly types: unknown; readonly custom: unknown },
    act: inside(`actions/${name}`) as (store: Store, data: object, done: Done<Answer>) => void,
  };
}

/** What a table looks like is read and decoded for every call, and hardly ever changes. */
function rememberTables(store: Store): Map<string, unknown> {
  const known = new Map<string, unknown>();
  const read = store.getTable;
  store.getTable = (name, checkStatus, done) => {
    // A call that looks at the table itself gets what is written.
    if (typeof checkStatus !== "function") return read(name, checkStatus, done);
    const found = known.get(name);
    const answer = checkStatus as Done<unknown>;
    if (found) return answer(null, found);
    read(name, (error: (Refusal & Error) | null, table: { readonly TableStatus: string }) => {
      if (!error && table.TableStatus === "ACTIVE") known.set(name, table);
      answer(error, table);
    });
  };
  return known;
}
