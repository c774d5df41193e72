import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { keptItems } from "./kept-items.ts";
import type { Meter } from "./meter.ts";
import { type Ask, type Call, keyOf, type Metered } from "./meter-table.ts";
import { read, readMany, readOne } from "./meter-table-reads.ts";
import { replace, update, writeMany } from "./meter-table-writes.ts";
import type { TableShape } from "./meter-units.ts";
import type { Run } from "./service.ts";
import type { Answered, TableEngine } from "./table-engine.ts";

/** Operations that concern no items. */
const free = new Set([
  "CreateTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "ListTables",
  "UpdateTable",
  "DeleteTable",
]);

const ways: Readonly<Record<string, (metered: Metered) => Promise<Answered>>> = {
  GetItem: readOne,
  Query: read,
  Scan: read,
  BatchGetItem: readMany,
  PutItem: replace,
  DeleteItem: replace,
  UpdateItem: update,
  BatchWriteItem: writeMany,
};

const writesOne = new Set(["PutItem", "DeleteItem", "UpdateItem"]);

/** Tables that count what AWS would bill for each call. */
export interface MeteredTables {
  readonly declare: (tables: readonly CreateTableCommandInput[]) => void;
  readonly run: Run;
}

/** Stands in front of the tables and counts what AWS would bill for each call. */
export function meterTables(engine: TableEngine, meter: Meter): MeteredTables {
  const shapes = new Map<string, TableShape>();
  const kept = keptItems(shapes);
  const inLine = lines();
  return {
    run: (operation, input, path) => {
      const call = input as Call;
      if (free.has(operation)) return engine.run(operation, call);
      const way = ways[operation];
      if (!way) throw new Error(`The meter of the local cloud does not know ${operation}`);
      const ask: Ask = (asked, other = operation) => engine.run(other, asked);
      const metered = { call, shapes, kept, ask, meter, path };
      if (!writesOne.has(operation)) return way(metered);
      const key = keyOf(shapes.get(call.TableName), call.Key ?? call.Item);
      return inLine(call.TableName + JSON.stringify(key), () => way(metered));
    },
    declare: (tables) => {
      for (const table of tables) shapes.set(table.TableName ?? "", shapeOf(table));
    },
  };
}

/** Lets the writers of one item in one after the other, as the tables themselves do. */
function lines(): (item: string, write: () => Promise<Answered>) => Promise<Answered> {
  const last = new Map<string, Promise<Answered>>();
  return (item, write) => {
    const mine = last.get(item)?.then(write, write) ?? write();
    last.set(item, mine);
    const leave = () => last.get(item) === mine && last.delete(item);
    mine.then(leave, leave);
    return mine;
  };
}

function shapeOf({ KeySchema, GlobalSecondaryIndexes = [] }: CreateTableCommandInput): TableShape {
  return {
    key: namesIn(KeySchema),
    indexes: GlobalSecondaryIndexes.map(({ IndexName = "", KeySchema: own, Projection }) => ({
      name: IndexName,
      key: namesIn(own),
      carries: Projection?.ProjectionType === "ALL" ? "all" : (Projection?.NonKeyAttributes ?? []),
    })),
  };
}

function namesIn(schema: CreateTableCommandInput["KeySchema"]): readonly string[] {
  return (schema ?? []).map(({ AttributeName = "" }) => AttributeName);
}
