import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { callerIn, type Meter } from "./meter.ts";
import { type Ask, type Call, keyOf, type Metered, type Reply } from "./meter-table.ts";
import { read, readMany, readOne } from "./meter-table-reads.ts";
import { replace, update, writeMany } from "./meter-table-writes.ts";
import type { TableShape } from "./meter-units.ts";

type Listener = (request: object, response: object) => void;

/** Operations that concern no items. */
const free = new Set([
  "CreateTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "ListTables",
  "UpdateTable",
  "DeleteTable",
]);

const ways: Readonly<Record<string, (metered: Metered) => Promise<Reply>>> = {
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

/** Stands in front of the tables in their own process and counts what AWS would bill for each call. */
export function meterTables(
  server: Server,
  meter: Meter,
): { declare: (tables: readonly CreateTableCommandInput[]) => void } {
  const shapes = new Map<string, TableShape>();
  const inLine = lines();
  const [listener] = server.listeners("request") as Listener[];
  if (!listener) throw new Error("The tables do not listen to requests");
  server.removeAllListeners("request");

  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const body = await bodyOf(request);
    const ask: Ask = (asked, operation) => passOn(listener, request, asked, operation);
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    if (request.method !== "POST" || free.has(operation)) return ask(body);
    const way = ways[operation];
    if (!way) throw new Error(`The meter of the local cloud does not know ${operation}`);
    const call = JSON.parse(body) as Call;
    const metered = { call, text: body, shapes, ask, meter, path: callerIn(request.headers.authorization) };
    if (!writesOne.has(operation)) return way(metered);
    const key = keyOf(shapes.get(call.TableName), call.Key ?? call.Item);
    return inLine(call.TableName + JSON.stringify(key), () => way(metered));
  };
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) =>
        response.writeHead(400).end(JSON.stringify({ __type: "NotMetered", message: String(error) })),
    );
  });
  return {
    declare: (tables) => {
      for (const table of tables) shapes.set(table.TableName ?? "", shapeOf(table));
    },
  };
}

/** Lets the writers of one item in one after the other, as the tables themselves do. */
function lines(): (item: string, write: () => Promise<Reply>) => Promise<Reply> {
  const last = new Map<string, Promise<Reply>>();
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

/** Hands a call to the tables as if it had come over the wire. */
function passOn(
  listener: Listener,
  { headers, method, url }: IncomingMessage,
  body: string,
  operation?: string,
): Promise<Reply> {
  return new Promise((resolve) => {
    const target = operation && { "x-amz-target": `DynamoDB_20120810.${operation}` };
    const request = Object.assign(new EventEmitter(), {
      headers: { ...headers, ...target },
      method,
      url,
    });
    const said: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => void (said[name] = String(value)),
      end: (text = "") => {
        // Both tell of a body that the meter may yet change.
        const { "x-amz-crc32": _checksum, "Content-Length": _length, ...kept } = said;
        resolve({ status: response.statusCode, headers: kept, body: text });
      },
    };
    listener(request, response);
    request.emit("data", Buffer.from(body));
    request.emit("end");
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
